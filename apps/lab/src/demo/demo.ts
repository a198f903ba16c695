import { ENVOY } from "@grpc-lb-lab/envoy";
import { assertReadSomewhere, cell, type Experiment, settleRun, whySkipped } from "@grpc-lb-lab/experiments";
import { InputError, type Mode, type StageTraits } from "@grpc-lb-lab/stage-api";
import type { CatalogueContext } from "../command-context.ts";
import { lockFolder } from "../folder-lock.ts";
import { localStage } from "../local-stage.ts";
import { type KnobFlags, knobOverrides } from "../options/knob-options.ts";
import type { OutputFlags } from "../options/output-options.ts";
import { ProgramsOnce } from "../programs-once.ts";
import { publishResult } from "../publish-result.ts";
import { say } from "../say.ts";
import { terminalStyle } from "../terminal-style.ts";
import { announcement } from "./announcement.ts";
import { DemoRuns } from "./demo-runs.ts";
import { paceOf } from "./pace.ts";
import { type PlannedRun, plan } from "./plan.ts";
import { runWithProgress } from "./progress.ts";

/** Flags of `lab demo`. */
export interface DemoFlags extends KnobFlags, OutputFlags {
  readonly modes: readonly Mode[];
  readonly experiments: readonly Experiment[];
  readonly skips: boolean;
}

/** @throws {InputError} with the reasons where no run at all can be made. */
function assertAnyRuns(planned: readonly PlannedRun[], stage: StageTraits): void {
  const reasons = planned.map(({ mode, experiment }) => {
    const answer = cell(mode, experiment, stage);
    return answer.runs ? undefined : `${mode.name}: ${whySkipped(answer)}`;
  });
  if (reasons.includes(undefined)) return;
  throw new InputError(`none of these runs can be made: ${[...new Set(reasons)].join("; ")}`);
}

/** Runs a demo and publishes what came out, also of one that is interrupted. Resolves with the exit code. */
export async function runDemo(flags: DemoFlags, { signal, env, catalogue }: CatalogueContext): Promise<number> {
  const knobs = knobOverrides(flags);
  const programs = new ProgramsOnce(env, say);
  const stage = localStage({ seed: flags.seed, find: programs.find });
  const settle = (mode: Mode, experiment: Experiment) =>
    settleRun({ mode, experiment, stage, asked: knobs, modes: catalogue.modes });
  const planned = plan(flags.modes, flags.experiments, settle, env.LAB_LOOPBACK?.split(".").length === 3);
  assertReadSomewhere(planned.listed.flatMap(({ settled }) => (settled instanceof Error ? [] : [settled.dropped])));
  await using _lock = await lockFolder(flags.out);
  const runsHere = ({ mode, experiment }: PlannedRun) => cell(mode, experiment, stage).runs;
  const [alone, sideBySide] = [planned.alone.filter(runsHere), planned.sideBySide.filter(runsHere)];
  assertAnyRuns(planned.listed, stage);
  for (const line of announcement(alone, sideBySide, planned.atOnce)) say(line);
  const startedAt = new Date();
  const runs = new DemoRuns({ stage, skips: flags.skips, signal });
  try {
    const pace = () => paceOf(runs.made, planned.atOnce, stage.abilities.replacementMs);
    await runWithProgress(planned, runs.make, terminalStyle(process.stderr, process.env).unicode, pace);
    signal.throwIfAborted();
  } finally {
    const results = runs.results(planned.listed);
    if (!runs.isEmpty)
      await publishResult({ flags, results, catalogue, startedAt, envoy: programs.version(ENVOY.name) });
  }
  return runs.exitCode(planned.listed);
}
