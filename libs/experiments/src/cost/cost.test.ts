import { expect, it } from "vitest";
import type { Experiment } from "../experiment.ts";
import { settleRun } from "../knobs/settle-run.ts";
import type { Observation } from "../observation.ts";
import { failing, nothingSeen } from "../testing/mutations.ts";
import { observation, resultOf } from "../testing/observation-builder.ts";
import { KEYS, type ModeKey, renamed } from "../testing/renamed-modes.ts";
import { STAGES } from "../testing/stages.ts";
import { takeCourse } from "../testing/take-course.ts";
import { METERED } from "./container-costs.ts";
import { cost, costPlaintext } from "./cost.ts";

type Used = readonly [deployment: string, role: "app" | "proxy" | "agent", cpuMs: number];

/** What 2,000 calls in 10 s to one pod use of CPU in ms. */
const usedBeside = (key: ModeKey): Used[] =>
  renamed(key).beside.map(({ deployment, role }) => [
    deployment,
    role,
    role === "agent" ? 2 : (CPU_MS[deployment] ?? 700),
  ]);
const CPU_MS: Readonly<Record<string, number>> = { client: 640, backend: 488 };
const APPLICATIONS: readonly Used[] = [
  ["client", "app", 800],
  ["backend", "app", 600],
];
const MIB = 1_048_576;

function seenUnder(mode: ModeKey, used: readonly Used[] = [...APPLICATIONS, ...usedBeside(mode)]): Observation {
  const seen = observation(mode, cost, { pods: 1 }, "kubernetes")
    .calls({ toMs: 10_000, everyMs: 5 }, () => "backend-1")
    .phase(METERED, 0, 10_000)
    .build();
  const at = (atMs: number, part: number) =>
    used.map(([deployment, role, cpuMs]) => ({
      deployment,
      role,
      pod: `${deployment}-1`,
      container: role,
      atMs,
      cpuMs: 5_000 + part * cpuMs,
      memoryBytes: 60 * MIB,
    }));
  return { ...seen, usage: { before: at(100_000, 0), after: at(110_000, 1) } };
}

const failed = (seen: Observation) =>
  cost
    .expectations(seen)
    .filter(({ ok }) => !ok)
    .map(({ id }) => id);

it.each(KEYS)("holds under %s when every container is metered, and works as it must", (mode) => {
  expect(failed(seenUnder(mode))).toEqual([]);
});

it("sets CPU time against the calls that were answered meanwhile", () => {
  const { cost: figures, summary } = resultOf("sidecar", cost, { ...seenUnder("sidecar"), mutualTls: "on" });
  expect(figures).toEqual({
    answeredPerSecond: 200,
    mutualTls: "on",
    containers: [
      { deployment: "client", role: "app", containers: 1, cpuMsPer1000Calls: 400, memoryMiB: 60 },
      { deployment: "backend", role: "app", containers: 1, cpuMsPer1000Calls: 300, memoryMiB: 60 },
      { deployment: "client", role: "proxy", containers: 1, cpuMsPer1000Calls: 320, memoryMiB: 60 },
      { deployment: "backend", role: "proxy", containers: 1, cpuMsPer1000Calls: 244, memoryMiB: 60 },
    ],
  });
  expect(summary).toBe("1,000 calls took 700 ms of CPU in the applications and 564 ms in proxies and agents.");
});

it("misses a part without figures, and one that has no place there", () => {
  expect(failed(seenUnder("sidecar", [...APPLICATIONS, ["client", "proxy", 640]]))).toEqual(["every-part-metered"]);
  expect(failed(seenUnder("plain", [...APPLICATIONS, ["client", "proxy", 640]]))).toEqual(["every-part-metered"]);
  expect(failed({ ...seenUnder("plain"), usage: undefined })).toEqual(["every-part-metered"]);
});

it("does not hold for proxies that calls pass by, nor for agents that work", () => {
  expect(failed(seenUnder("envoy", [...APPLICATIONS, ["envoy", "proxy", 4]]))).toEqual(["proxies-work"]);
  expect(
    failed(seenUnder("proxyless", [...APPLICATIONS, ["client", "agent", 300], ["backend", "agent", 300]])),
  ).toEqual(["agents-rest"]);
});

it("does not hold when calls fail, or nothing was seen", () => {
  expect(failed(failing((_record, i) => i === 7)(seenUnder("watch")))).toEqual(["no-failed-calls"]);
  for (const mode of KEYS) {
    expect(
      cost.expectations(nothingSeen(seenUnder(mode))).filter(({ ok }) => ok),
      mode,
    ).toEqual([]);
  }
});

it("misses one of several containers", () => {
  const seen = seenUnder("plain");
  expect(failed({ ...seen, knobs: { ...seen.knobs, pods: 2 } })).toEqual(["every-part-metered"]);
});

it("has a container that restarted meanwhile count for nothing", () => {
  const seen = seenUnder("plain");
  const [client, ...rest] = seen.usage?.after ?? [];
  const after = [...(client === undefined ? [] : [{ ...client, cpuMs: 3 }]), ...rest];
  expect(failed({ ...seen, usage: { before: seen.usage?.before ?? [], after } })).toEqual(["every-part-metered"]);
});

it("meters while calls go on, and wants mutual TLS of a mesh alone", async () => {
  expect(await takeCourse(cost, "plain", {}, "kubernetes")).toEqual(["note meter", "phase metered", "keep usage"]);
  const mutualTls = (key: ModeKey, experiment: Experiment) =>
    settleRun({ mode: renamed(key), experiment, stage: STAGES.kubernetes, asked: {}, modes: [] }).start.mutualTls;
  for (const [key, wanted] of [
    ["plain", undefined],
    ["envoy", undefined],
    ["sidecar", "on"],
    ["proxyless", "on"],
  ] as const)
    expect(mutualTls(key, cost), key).toBe(wanted);
  expect(mutualTls("sidecar", costPlaintext)).toBe("off");
});
