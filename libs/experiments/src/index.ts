import { cost, costPlaintext } from "./cost/cost.ts";
import { deadPeer } from "./dead-peer/dead-peer.ts";
import type { Experiment } from "./experiment.ts";
import { podCrash } from "./pod-crash/pod-crash.ts";
import { rollout } from "./rollout/rollout.ts";
import { scaleUp } from "./scale-up/scale-up.ts";
import { share } from "./share/share.ts";

/** The experiments that run on every stage, in the order in which they are shown. */
export const EXPERIMENTS: readonly Experiment[] = [share, scaleUp, podCrash, rollout];

/** Those that need a network between the pods, which processes on loopback do not have. */
export const NETWORK_EXPERIMENTS: readonly Experiment[] = [deadPeer];

/** Those that need to know what containers use, which a cluster's kubelets tell. */
export const METERED_EXPERIMENTS: readonly Experiment[] = [cost, costPlaintext];

export * from "./experiment.ts";
export {
  assertEffective,
  type KnobUser,
  type KnobWithoutEffect,
  type PartialKnob,
  withoutEffect,
} from "./knob-effects.ts";
export { type KnobOverrides, type Knobs, loadLoop, resolveKnobs, startOptions } from "./knobs.ts";
export * from "./mode-summary.ts";
export type * from "./observation.ts";
export * from "./run-experiment.ts";
export { brokenRun, skippedRun } from "./run-result.ts";
export { assertSettable } from "./stage-abilities.ts";
