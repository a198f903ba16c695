import { cell, type Experiment, whySkipped } from "@grpc-lb-lab/experiments";
import { type App, InputError, type Mode, type StageTraits } from "@grpc-lb-lab/stage-api";
import type { Catalogue } from "../catalogue.ts";
import { namesOf } from "../options/named.ts";

const OR = new Intl.ListFormat("en-GB", { type: "disjunction" });

/**
 * Refuses a run that cannot be made on a stage.
 * @throws {InputError} with the reason, and where the run can be made instead.
 */
export function assertRunsHere(
  mode: Mode,
  experiment: Experiment,
  stage: StageTraits,
  catalogue: Catalogue,
  app?: App,
): void {
  const here = cell(mode, experiment, stage, app);
  if (here.runs) return;
  if (cell(mode, experiment, stage).runs) throw new InputError(`${here.reason}: leave --app out`);
  const remedy = instead(mode, experiment, catalogue);
  throw new InputError(remedy === undefined ? whySkipped(here) : `${here.reason}: ${remedy}`);
}

/** On another stage, or else under another mode: the nearest that there is. */
function instead(mode: Mode, experiment: Experiment, { modes, stages }: Catalogue): string | undefined {
  const otherStages = stages.filter((other) => cell(mode, experiment, other).runs);
  if (otherStages.length > 0) return OR.format(otherStages.map(({ name }) => `use --stage ${name}`));
  const otherModes = modes.filter((other) => stages.some((stage) => cell(other, experiment, stage).runs));
  return otherModes.length > 0 ? `use mode ${OR.format(namesOf(otherModes))}` : undefined;
}
