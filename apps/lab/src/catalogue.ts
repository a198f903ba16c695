import { EXPERIMENTS, type Experiment } from "@grpc-lb-lab/experiments";
import { BASELINE, MODES } from "@grpc-lb-lab/modes";
import type { Policy } from "@grpc-lb-lab/policies";
import { POLICIES } from "@grpc-lb-lab/policies/policies";
import { STAGES } from "@grpc-lb-lab/stage/abilities";
import type { Mode, StageTraits } from "@grpc-lb-lab/stage-api";

/** What the lab has: the axes of its matrix and of its table of policies. Help, lists and runs follow it, so that another mode, experiment or policy is another value here. */
export interface Catalogue {
  readonly modes: readonly Mode[];
  readonly experiments: readonly Experiment[];
  readonly policies: readonly Policy[];
  readonly stages: readonly StageTraits[];
  /** The mode beside whose latency that of the others is shown. */
  readonly baseline: Mode;
}

/** The lab's own. */
export const CATALOGUE: Catalogue = {
  modes: MODES,
  experiments: EXPERIMENTS,
  policies: POLICIES,
  stages: STAGES,
  baseline: BASELINE,
};
