import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("npm run bench -- --quick measures each subject", async () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, "--quick"], { timeout: 110_000 });
  expect(stdout).toMatch(/^\| kube-resolver \| [\d.]+ \| [\d.]+ \| [\d.]+ \| 5 \|$/m);
  expect(stdout).toMatch(/^\| 1 x 4 \| informer \| \d+ \| \d+ \| [\d.]+ \|$/m);
  expect(stdout).not.toMatch(/NaN|undefined/);
  expect(stderr).toContain("target: median below 50 ms");
});
