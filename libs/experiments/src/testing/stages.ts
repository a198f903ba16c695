import { LOCAL_TIMINGS, type ModeName, type Stage } from "@grpc-lb-lab/stage";
import type { Observation } from "../observation.ts";
import type { StageAbilities } from "../stage-abilities.ts";

/** A stage as experiments know it: what can be asked of it, and what its deployments have in force. */
export interface MadeUpStage extends StageAbilities {
  timings(mode: ModeName, asked: Readonly<Record<string, number>>): Observation["timings"];
}

const APPLICATION_FAULTS = ["latencyMs", "jitterMs", "errorCode", "errorShare"] as const;

const DNS_TIMINGS: Partial<Record<ModeName, readonly (keyof typeof LOCAL_TIMINGS)[]>> = {
  headless: ["dnsTtlMs"],
  envoy: ["dnsTtlMs", "dnsRefreshMs"],
};

/** The kinds of stage: one that sets everything, one whose DNS is the engine's, one that sets nothing and restarts a pod at once. */
export const STAGES: Readonly<Record<Stage["name"], MadeUpStage>> = {
  local: {
    name: "local",
    settableTimings: Object.keys(LOCAL_TIMINGS),
    faults: APPLICATION_FAULTS,
    metersContainers: false,
    timings: (mode, asked) => inForce([...ALWAYS, ...(DNS_TIMINGS[mode] ?? [])], asked),
  },
  containers: {
    name: "containers",
    settableTimings: Object.keys(LOCAL_TIMINGS).filter((name) => name !== "dnsTtlMs"),
    faults: [...APPLICATION_FAULTS, "packets", "paused"],
    metersContainers: false,
    timings: (mode, asked) => {
      const ofDns = { endpointLagMs: 0, dnsTtlMs: 0 };
      const isDns = mode === "headless" || mode === "envoy";
      return inForce([...ALWAYS, ...(DNS_TIMINGS[mode] ?? [])], { ...asked, ...(isDns ? ofDns : undefined) });
    },
  },
  kubernetes: {
    name: "kubernetes",
    settableTimings: [],
    faults: APPLICATION_FAULTS,
    metersContainers: true,
    timings: (mode) => inForce(DNS_TIMINGS[mode] ?? [], { dnsTtlMs: 30_000, dnsRefreshMs: 5_000 }),
  },
};

const ALWAYS = ["endpointLagMs", "restartAfterMs", "terminationGraceMs"] as const;

function inForce(
  names: readonly (keyof typeof LOCAL_TIMINGS)[],
  values: Readonly<Record<string, number>>,
): Observation["timings"] {
  return Object.fromEntries(
    names.map((name) => [name, { ...LOCAL_TIMINGS[name], value: values[name] ?? LOCAL_TIMINGS[name].value }]),
  );
}
