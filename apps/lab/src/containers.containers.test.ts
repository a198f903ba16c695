import { Result, type RunResult } from "@grpc-lb-lab/measure";
import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { EXPERIMENT_NAMES } from "./options/experiment-names.ts";
import { lab, temporaryFolder } from "./testing/lab-process.ts";

/** The longest, a rollout under headless, takes a minute and a half on two cores that run others beside it. */
const RUN_TIMEOUT_MS = 300_000;

/** Makes a run in containers as a user would, and gives what it printed. */
async function runInContainers(...args: readonly string[]): Promise<RunResult> {
  await using out = await temporaryFolder();
  const { status, stdout, stderr } = await lab(["run", ...args, "--stage", "containers", "--json", "--out", out.path]);
  expect(status === 0 || status === 1 ? "" : stderr).toBe("");
  const [run] = v.parse(Result, JSON.parse(stdout)).runs;
  if (run === undefined) throw new Error(`no run was made: ${stderr}`);
  return run;
}

function missed({ expectations }: RunResult): string[] {
  return expectations.filter(({ ok }) => !ok).map(({ id, bound, measured }) => `${id}: ${measured}, bound ${bound}`);
}

const ids = ({ expectations }: RunResult) => expectations.map(({ id }) => id);

describe.concurrent("in containers", { timeout: RUN_TIMEOUT_MS }, () => {
  const everyRun = MODE_NAMES.flatMap((mode) => EXPERIMENT_NAMES.map((experiment) => [mode, experiment] as const));

  it.each(everyRun)("%s comes out as expected in %s", async (mode, experiment) => {
    const run = await runInContainers(mode, experiment);
    expect(missed(run)).toEqual([]);
    expect(run).toMatchObject({ mode, experiment, stage: "containers", status: "passed", problems: [] });
  });

  it.each<[ModeName, string]>([
    ["plain", "connection-given-up"],
    ["headless", "last-failure"],
    ["watch", "last-failure"],
    ["envoy", "last-failure"],
    ["sidecar", "still-failing"],
    ["proxyless", "last-failure"],
  ])("%s with keepalive meets a dead peer as expected: %s", async (mode, id) => {
    const run = await runInContainers(mode, "dead-peer");
    expect(missed(run)).toEqual([]);
    expect(ids(run)).toContain(id);
  });

  it.each<[ModeName, string]>([
    ["plain", "still-failing"],
    ["headless", "still-failing"],
    ["watch", "still-failing"],
    ["envoy", "last-failure"],
    ["sidecar", "still-failing"],
    ["proxyless", "still-failing"],
  ])("%s without keepalive meets a dead peer as expected: %s", async (mode, id) => {
    const run = await runInContainers(mode, "dead-peer", "--keepalive", "0");
    expect(missed(run)).toEqual([]);
    expect(ids(run)).toContain(id);
  });
});
