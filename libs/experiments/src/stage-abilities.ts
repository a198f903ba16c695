import { InputError, type ModeName, type Stage } from "@grpc-lb-lab/stage";
import type { Experiment } from "./experiment.ts";
import type { KnobOverrides } from "./knobs.ts";

/** What can be asked of a stage. */
export type StageAbilities = Pick<Stage, "name" | "settableTimings" | "faults" | "metersContainers">;

const AND = new Intl.ListFormat("en-GB");

/** The command line's name of a timing. */
const TIMING_FLAGS: Readonly<Record<string, string>> = { dnsTtlMs: "--dns-ttl", endpointLagMs: "--endpoint-lag" };

/** Whose a stage's delays are that nobody can set. */
const OWNERS: Readonly<Record<Stage["name"], Readonly<Record<string, string>>>> = {
  local: {},
  containers: { dnsTtlMs: "its DNS is the engine's" },
  kubernetes: { dnsTtlMs: "its DNS is the cluster's", endpointLagMs: "its control plane is the cluster's" },
};

/** Why `stage` cannot set the timing `name` under `mode`; undefined: it can. */
function whyUnsettable(stage: StageAbilities, mode: ModeName, name: string): string | undefined {
  if (!stage.settableTimings.includes(name)) return OWNERS[stage.name][name] ?? "it has no such delay";
  // The engine's DNS follows the containers by itself, and nobody but DNS is told.
  const isDnsLag = stage.name === "containers" && name === "endpointLagMs" && (mode === "headless" || mode === "envoy");
  return isDnsLag ? `under ${mode} endpoints come from its DNS, which is the engine's` : undefined;
}

/**
 * Refuses timings that `stage` cannot set under `mode`: a result must not look as if they had been in force.
 * @throws {InputError} naming every such flag, the reason, and the remedy.
 */
export function assertSettable(stage: StageAbilities, mode: ModeName, { timings = {} }: KnobOverrides): void {
  const reasons = Object.keys(timings).flatMap((name) => {
    const why = whyUnsettable(stage, mode, name);
    return why === undefined ? [] : [`${TIMING_FLAGS[name] ?? name} has no effect on the ${stage.name} stage: ${why}`];
  });
  if (reasons.length === 0) return;
  throw new InputError(`${reasons.join("; ")}; leave ${reasons.length === 1 ? "it" : "them"} out`);
}

/** `overrides` without the timings that `stage` cannot set under `mode`. */
export function settableOnly(stage: StageAbilities, mode: ModeName, overrides: KnobOverrides): KnobOverrides {
  const kept = Object.entries(overrides.timings ?? {}).filter(
    ([name]) => whyUnsettable(stage, mode, name) === undefined,
  );
  return { ...overrides, timings: Object.fromEntries(kept) };
}

/**
 * Refuses an experiment that `stage` cannot carry out, or that `mode` has nothing to say to.
 * @throws {InputError} with the remedy.
 */
export function assertPossible(stage: StageAbilities, { name, needs, modes }: Experiment, mode: ModeName): void {
  if (modes !== undefined && !modes.includes(mode)) {
    throw new InputError(`${name} is about ${AND.format(modes)} alone, not ${mode}: take one of those modes`);
  }
  if (needs === undefined) return;
  if (needs === "containerUsage") {
    if (stage.metersContainers) return;
    throw new InputError(
      `${name} needs the kubelet's figures, which the ${stage.name} stage has not: --stage kubernetes`,
    );
  }
  if (stage.faults.includes(needs)) return;
  throw new InputError(`${name} cuts pods off their network, which the ${stage.name} stage cannot: --stage containers`);
}
