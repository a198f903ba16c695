import { ENVOY } from "@grpc-lb-lab/envoy";
import { assertAllRead, type Experiment, runExperiment, settleRun } from "@grpc-lb-lab/experiments";
import type { Policy } from "@grpc-lb-lab/policies";
import type { App, Mode } from "@grpc-lb-lab/stage-api";
import type { CatalogueContext } from "./command-context.ts";
import { announcement } from "./demo/announcement.ts";
import { lockFolder } from "./folder-lock.ts";
import { assertRunsHere } from "./matrix/assert-runs-here.ts";
import { type KnobFlags, knobOverrides } from "./options/knob-options.ts";
import type { OutputFlags } from "./options/output-options.ts";
import type { StageFlags } from "./options/stage-options.ts";
import { ProgramsOnce } from "./programs-once.ts";
import { publishResult } from "./publish-result.ts";
import { rulesAsked } from "./rules-asked.ts";
import { say, sayDefect } from "./say.ts";
import { makeStage } from "./stages/make-stage.ts";

/** Flags of `lab run`. */
export interface RunFlags extends KnobFlags, OutputFlags, StageFlags {
  /** A traffic policy that is in force meanwhile. */
  readonly rules?: Policy;
  /** What the pods run; default: the greeter, or what is deployed. */
  readonly app?: App;
}

/** Makes one run and publishes it. Resolves with the exit code; rejects on bad input. */
export async function runOne(
  mode: Mode,
  experiment: Experiment,
  flags: RunFlags,
  { signal, env, catalogue }: CatalogueContext,
): Promise<number> {
  const knobs = knobOverrides(flags);
  const programs = new ProgramsOnce(env, say);
  const stage = await makeStage(flags.stage, { ...flags, find: programs.find });
  assertRunsHere(mode, experiment, stage, catalogue, flags.app);
  const rules = flags.rules === undefined ? undefined : await rulesAsked(flags.rules, mode, stage);
  const run = { mode: rules?.mode ?? mode, experiment };
  const { dropped, ...rest } = settleRun({ ...run, stage, asked: knobs, modes: catalogue.modes });
  assertAllRead(dropped);
  const settled = { ...rest, dropped, start: { ...rest.start, ...rules?.start, app: flags.app } };
  await using _lock = await lockFolder(flags.out);
  for (const line of announcement([{ ...run, settled }], [], 1)) say(line);
  const startedAt = new Date();
  const result = await runExperiment({
    stage,
    ...run,
    settled,
    signal,
    onProgress: (what) => say(`${mode.name} ${experiment.name}: ${what}`),
    onDefect: (error) => sayDefect(`${mode.name} ${experiment.name}`, error),
  });
  const results = [{ ...result, knobs: [...result.knobs, ...(rules === undefined ? [] : [rules.knob])] }];
  await publishResult({ flags, results, catalogue, startedAt, envoy: programs.version(ENVOY.name) });
  return result.status === "failed" ? 1 : 0;
}
