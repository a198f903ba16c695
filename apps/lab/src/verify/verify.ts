import { join } from "node:path";
import { EXPERIMENTS, METERED_EXPERIMENTS } from "@grpc-lb-lab/experiments";
import { ensureWritable } from "@grpc-lb-lab/report";
import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage";
import { KubernetesStage } from "@grpc-lb-lab/stage/kubernetes";
import type { CommandContext } from "../command-context.ts";
import { DemoRuns } from "../demo/demo-runs.ts";
import { runWithProgress } from "../demo/progress.ts";
import { publishResult } from "../publish-result.ts";
import { say } from "../say.ts";
import { latencyAdded } from "./latency-added.ts";

/** Flags of `lab verify`. */
export interface VerifyFlags {
  readonly context: string;
  readonly namespace?: string;
  readonly experiments: readonly string[];
  readonly json?: boolean;
  readonly out?: string;
}

/** Nothing is picked at random in a cluster that a seed could repeat. */
const SEED = 1;

/**
 * Runs the experiments one after the other against a deployed mode, and publishes what came out, also when it is interrupted. Resolves with
 * the exit code; rejects on bad input before anything is changed.
 */
export async function verify(mode: ModeName, flags: VerifyFlags, { signal }: CommandContext): Promise<number> {
  const { context, namespace, out = folderOf(mode) } = flags;
  const stage = new KubernetesStage({ context, namespace });
  await stage.assertDeployed(mode, signal);
  await ensureWritable(out);
  const chosen = [...EXPERIMENTS, ...METERED_EXPERIMENTS].filter(
    ({ name, modes = MODE_NAMES }) => flags.experiments.includes(name) && modes.includes(mode),
  );
  const planned = chosen.map((experiment) => ({ mode, experiment }));
  const startedAt = new Date();
  const undoing = () => say("interrupted: what was changed in the cluster is being undone");
  signal.addEventListener("abort", undoing, { once: true });
  const runs = new DemoRuns({ stage, knobs: {}, skips: false, signal });
  const plan = { alone: planned, sideBySide: [], atOnce: 1, listed: planned };
  try {
    await runWithProgress(plan, (run, onProgress) => runs.make(run, onProgress), process.stderr.isTTY === true);
    signal.throwIfAborted();
  } finally {
    const results = runs.results(planned);
    const published = { ...flags, out, seed: SEED };
    if (!runs.isEmpty) await publishResult({ flags: published, results, startedAt, envoy: null });
  }
  const results = runs.results(planned);
  const added = await latencyAdded(results, join(folderOf("headless"), "result.json"));
  if (added !== undefined) process.stderr.write(`${added}\n`);
  for (const message of runs.inputErrors) say(message);
  if (runs.inputErrors.size > 0) return 2;
  return results.every(({ status }) => status !== "failed") ? 0 : 1;
}

/** Where the result of a mode is written by default. */
function folderOf(mode: ModeName): string {
  return `out/verify-${mode}`;
}
