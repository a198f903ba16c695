import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { chartModes } from "@grpc-lb-lab/deploy";
import { expect, test } from "vitest";

function run(args: readonly string[], env: Record<string, string>) {
  const main = join(import.meta.dirname, "main.ts");
  return spawnSync(process.execPath, [main, ...args], { env: { ...process.env, ...env }, encoding: "utf8" });
}

test.each([
  [
    ["deploy", "mesh"],
    {},
    new RegExp(`^helm-deploy mesh: the chart has no mode mesh; it has ${chartModes().join(", ")}\n$`),
  ],
  [["undeploy", "mesh"], {}, /the chart has no mode mesh/],
  [["deploy", "plain"], { CONTEXT: "" }, /^helm-deploy plain: CONTEXT is not set: name a context/],
  [["remove", "plain"], {}, /^helm-remove plain: there is no command remove; there are deploy, test, undeploy\n$/],
])("2 and one line for %j with %j", (args, env, line) => {
  const { status, stderr } = run(args, { CONTEXT: "no-such-context", ...env });
  expect(stderr).toMatch(line);
  expect(status).toBe(2);
});
