import { cell, type Experiment, settleRun, whySkipped } from "@grpc-lb-lab/experiments";
import { KubernetesStage } from "@grpc-lb-lab/stage/kubernetes";
import type { Mode, StageTraits } from "@grpc-lb-lab/stage-api";
import type { Catalogue } from "../catalogue.ts";
import type { CatalogueContext } from "../command-context.ts";
import { announcement } from "../demo/announcement.ts";
import { DemoRuns } from "../demo/demo-runs.ts";
import { plannedRun } from "../demo/plan.ts";
import { runWithProgress } from "../demo/progress.ts";
import { lockFolder } from "../folder-lock.ts";
import { assertRunsHere } from "../matrix/assert-runs-here.ts";
import { publishResult } from "../publish-result.ts";
import { say } from "../say.ts";
import { terminalStyle } from "../terminal-style.ts";

/** Flags of `lab verify`. */
export interface VerifyFlags {
  readonly context: string;
  readonly namespace?: string;
  readonly experiments: readonly Experiment[];
  /** Whether only the experiment of the mode's first claim is made. */
  readonly mainClaim?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

/** Nothing is picked at random in a cluster that a seed could repeat. */
const SEED = 1;

/**
 * Runs the experiments one after the other against a deployed mode, and publishes what came out, also when it is interrupted. Resolves with
 * the exit code; rejects on bad input before anything is changed.
 */
export async function verify(mode: Mode, flags: VerifyFlags, { signal, catalogue }: CatalogueContext): Promise<number> {
  const { context, namespace, out = `out/verify-${mode.name}` } = flags;
  const stage = new KubernetesStage({ context, namespace });
  await stage.assertDeployed(mode, signal);
  await using _lock = await lockFolder(out);
  const asked = flags.mainClaim === true ? mainExperiments(mode, catalogue) : flags.experiments;
  const chosen = asked.filter((experiment) => runsOrSays(mode, experiment, stage));
  const [first] = asked;
  if (chosen.length === 0 && first !== undefined) assertRunsHere(mode, first, stage, catalogue);
  const settle = (_mode: Mode, experiment: Experiment) =>
    settleRun({ mode, experiment, stage, asked: {}, modes: catalogue.modes });
  const planned = chosen.map((experiment) => plannedRun(mode, experiment, settle));
  for (const line of announcement(planned, [], 1)) say(line);
  const startedAt = new Date();
  const undoing = () => say("interrupted: undoing the changes in the cluster");
  signal.addEventListener("abort", undoing, { once: true });
  const runs = new DemoRuns({ stage, skips: false, signal });
  const plan = { alone: planned, sideBySide: [], listed: planned };
  try {
    await runWithProgress(plan, runs.make, terminalStyle(process.stderr, process.env).unicode);
    signal.throwIfAborted();
  } finally {
    const results = runs.results(planned);
    const published = { ...flags, out, seed: SEED };
    if (!runs.isEmpty) await publishResult({ flags: published, results, catalogue, startedAt, envoy: null });
  }
  return runs.exitCode(planned);
}

/** The experiment that shows what a mode stands for first of all. */
function mainExperiments({ claims: [main] }: Mode, { experiments }: Catalogue): readonly Experiment[] {
  return experiments.filter(({ name }) => name === main?.experiment);
}

/** Whether an experiment runs; where it does not, a person is told why. */
function runsOrSays(mode: Mode, experiment: Experiment, stage: StageTraits): boolean {
  const here = cell(mode, experiment, stage);
  if (!here.runs) say(`${experiment.name} is skipped: ${whySkipped(here)}`);
  return here.runs;
}
