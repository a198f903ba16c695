import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TestLab } from "./testing/test-lab.ts";

test("a process set by its environment alone makes calls, and its open watch does not keep it alive", async () => {
  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  const env = { ...process.env, KUBERNETES_API_SERVER: lab.api.url, KUBERNETES_NAMESPACE: "shop" };
  const program = fileURLToPath(new URL("testing/open-channel.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env, timeout: 60_000 });
  expect(stdout).toBe("a\n");
});
