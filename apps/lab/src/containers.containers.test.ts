import { Result, type RunResult } from "@grpc-lb-lab/measure";
import { CONTAINERS } from "@grpc-lb-lab/stage/abilities";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "./catalogue.ts";
import { matrix } from "./matrix/matrix.ts";
import { lab, temporaryFolder } from "./testing/lab-process.ts";

/** The longest, a rollout under headless, takes a minute and a half on two cores. */

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

/** FULL=1 runs the whole matrix; else what the modes claim, so that more modes and experiments do not make each run of CI longer and longer. */
const isFull = Boolean(process.env.FULL);
const alwaysOr = (always: boolean) => isFull || always;
if (!isFull) console.warn("NOT RUN: what no mode claims, and most dead peers without keepalive; FULL=1 runs them");

const ids = ({ expectations }: RunResult) => expectations.map(({ id }) => id);

/** One after the other: a run in containers keeps two cores busy, and a second beside it costs more than its bounds leave. */
describe("in containers", () => {
  /** What runs here; the experiment about silence is looked at below, with and without pings. */
  const everyRun = matrix({ ...CATALOGUE, stages: [CONTAINERS] })
    .filter(({ experiment, cell }) => cell.runs && experiment.needs === undefined)
    .filter(({ mode, experiment }) => alwaysOr(mode.claims.some((claim) => claim.experiment === experiment.name)))
    .map(({ mode, experiment }) => [mode.name, experiment.name] as const);

  it.each(everyRun)("%s comes out as expected in %s", async (mode, experiment) => {
    const run = await runInContainers(mode, experiment);
    expect(missed(run)).toEqual([]);
    expect(run).toMatchObject({ mode, experiment, stage: "containers", status: "passed", problems: [] });
  });

  it("pods that run echo take what the greeter takes: calls, a drain, and the faults of an experiment", async () => {
    const run = await runInContainers("envoy", "rollout", "--app", "echo");
    expect(missed(run)).toEqual([]);
    expect(run.knobs).toContainEqual(expect.objectContaining({ name: "app", value: "echo" }));
  });

  it.each<[string, string]>([
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

  const withoutKeepalive: [string, string][] = [
    ["plain", "still-failing"],
    ["headless", "still-failing"],
    ["watch", "still-failing"],
    ["envoy", "last-failure"],
    ["sidecar", "still-failing"],
    ["proxyless", "still-failing"],
  ];
  it.each(withoutKeepalive.filter(([mode]) => alwaysOr(mode === "watch")))(
    "%s without keepalive meets a dead peer as expected: %s",
    async (mode, id) => {
      const run = await runInContainers(mode, "dead-peer", "--keepalive", "0");
      expect(missed(run)).toEqual([]);
      expect(ids(run)).toContain(id);
    },
  );
});
