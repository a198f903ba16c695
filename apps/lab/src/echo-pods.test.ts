import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunResult } from "@grpc-lb-lab/measure";
import type { TruthResult } from "@grpc-lb-lab/policies";
import { expect, it } from "vitest";
import { lab, temporaryFolder } from "./testing/lab-process.ts";

it.each([
  ["plain", "rollout", ["--pods", "2"]],
  ["headless", "share", ["--calls", "100"]],
  ["envoy", "share", ["--calls", "100"]],
])("under %s, pods that run echo do what is expected of %s", async (mode, experiment, knobs) => {
  await using out = await temporaryFolder();
  const { status, stderr } = await lab(["run", mode, experiment, "--app", "echo", ...knobs, "--out", out.path]);
  expect(stderr).not.toContain("lab: the lab");
  expect(status).toBe(0);
  const { runs } = JSON.parse(await readFile(join(out.path, "result.json"), "utf8")) as { runs: RunResult[] };
  expect(runs).toMatchObject([{ mode, experiment, status: "passed" }]);
  expect(runs[0]?.knobs).toContainEqual({
    name: "app",
    value: "echo",
    default: "greeter",
    reason: "what the pods run",
  });
  for (const { zone, version } of runs[0]?.pods ?? [])
    expect([zone, version]).toEqual([/^lab-[ab]$/.exec(zone)?.[0], "v1"]);
});

it("a rule's effect on a request is shown in the words of the pod that it reached", async () => {
  const { status, stdout } = await lab(["policy", "request-headers", "--mode", "envoy", "--app", "echo"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/envoy \(Envoy\): obeyed/);
  expect(stdout).toContain("pods run echo");
  expect(stdout).toMatch(/first answer of backend-\d, version v1:/); // Envoy begins its turns anywhere.
  expect(stdout).toContain("    RequestHeader=x-lab-set:rule\n");
  expect(stdout).not.toContain("RequestHeader=x-lab-remove");
});

it("attempts are counted at pods that run echo, which fail on purpose", async () => {
  const args = ["policy", "retry-attempts", "--mode", "plain,headless", "--app", "echo", "--json"];
  const { status, stdout } = await lab(args);
  expect(status).toBe(0);
  const { cells } = JSON.parse(stdout) as TruthResult;
  expect(cells).toMatchObject(
    ["plain", "headless"].map((mode) => ({ mode, is: "tried", outcome: "obeyed", app: "echo" })),
  );
});
