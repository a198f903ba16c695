import { spawnSync } from "node:child_process";
import { expect } from "vitest";
import { inRepository } from "./testing/in-repository.ts";
import { renderTest as test } from "./testing/render-test.ts";

function manifests(...args: string[]) {
  const main = inRepository("libs/manifests/src/main.ts");
  return spawnSync(process.execPath, [main, ...args], { cwd: inRepository(""), encoding: "utf8" });
}

test("0 and no word when nothing is wrong", () => {
  const { status, stdout, stderr } = manifests("deploy/kustomize/overlays/plain", "deploy/kustomize/overlays/watch");
  expect([status, stdout, stderr]).toEqual([0, "", ""]);
});

test("1 and a line for each problem: where, what, why, and what to do", () => {
  const { status, stdout } = manifests("libs/manifests/examples/drain-time/hook-too-long");
  expect(status).toBe(1);
  expect(stdout).toBe(
    "libs/manifests/examples/drain-time/hook-too-long: Deployment/backend: drain-time: container app may take 30 s to drain" +
      " (preStop, DRAIN_DELAY_MS, SHUTDOWN_GRACE_MS) and is killed after 30 s; make terminationGracePeriodSeconds longer than all of them together (grpc/grpc-node#2091)\n",
  );
});

test.each([
  [[], "manifests: usage: node libs/manifests/src/main.ts <folder with a kustomization.yaml, or YAML file>…\n"],
  [["nowhere"], "manifests: nowhere is not there: name a folder with a kustomization.yaml, or a YAML file\n"],
])("2 and one line for bad input %j", (args, line) => {
  const { status, stderr } = manifests(...args);
  expect([status, stderr]).toEqual([2, line]);
});
