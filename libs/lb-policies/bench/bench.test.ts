import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("npm run bench -- --quick measures each policy", async () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, "--quick"], { timeout: 110_000 });
  const figures = String.raw`\d+ \| \d+ \| \d\.\d\d \| \d\.\d\d to \d\.\d\d \|$`;
  for (const policy of ["least_request_experimental", "peak_ewma"])
    expect(stdout).toMatch(new RegExp(String.raw`^\| ${policy} \| calls per second \| ${figures}`, "m"));
  expect(stdout.match(new RegExp(String.raw`^\| \| calls per second of CPU time \| ${figures}`, "gm"))).toHaveLength(2);
  expect(stderr.match(/^target: ratio of at least 0\.95: /gm)).toHaveLength(2);
});
