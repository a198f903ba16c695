import { assertEffective, type KnobOverrides, withoutEffect } from "@grpc-lb-lab/experiments";
import { ensureWritable } from "@grpc-lb-lab/report";
import type { ModeName } from "@grpc-lb-lab/stage";
import type { CommandContext } from "../command-context.ts";
import { EnvoyOnce } from "../envoy-once.ts";
import { localStage } from "../local-stage.ts";
import { type KnobFlags, knobOverrides } from "../options/knob-options.ts";
import type { OutputFlags } from "../options/output-options.ts";
import { publishResult } from "../publish-result.ts";
import { say } from "../say.ts";
import { DemoRuns } from "./demo-runs.ts";
import { type PlannedRun, plan } from "./plan.ts";
import { runWithProgress } from "./progress.ts";

/** Flags of `lab demo`. */
export interface DemoFlags extends KnobFlags, OutputFlags {
  readonly modes: readonly ModeName[];
  readonly experiments: readonly string[];
  readonly skips: boolean;
}

/** Runs a demo and publishes what came out, also of one that is interrupted. Resolves with the exit code. */
export async function runDemo(flags: DemoFlags, { signal, env }: CommandContext): Promise<number> {
  const knobs = knobOverrides(flags);
  const planned = plan(flags.modes, flags.experiments, env.LAB_LOOPBACK?.split(".").length === 3);
  assertSomewhereEffective(planned.listed, knobs);
  await ensureWritable(flags.out);
  const startedAt = new Date();
  const envoy = new EnvoyOnce(env, say);
  const stage = localStage({ seed: flags.seed, envoy: envoy.get });
  const runs = new DemoRuns({ stage, knobs, skips: flags.skips, signal });
  try {
    await runWithProgress(planned, (run, onProgress) => runs.make(run, onProgress), process.stderr.isTTY === true);
    signal.throwIfAborted();
  } finally {
    const results = runs.results(planned.listed);
    if (!runs.isEmpty) await publishResult({ flags, results, startedAt, envoy: envoy.version });
  }
  for (const message of runs.inputErrors) say(message);
  if (runs.inputErrors.size > 0) return 2;
  return runs.results(planned.listed).every(({ status }) => status !== "failed") ? 0 : 1;
}

/** A knob applies where it has an effect; one that has none in any run is a mistake. */
function assertSomewhereEffective(runs: readonly PlannedRun[], knobs: KnobOverrides): void {
  const [first, ...others] = runs.map((run) => ({ run, knobs: ineffectiveKnobs(run, knobs) }));
  const everywhere = first?.knobs.filter((knob) => others.every((other) => other.knobs.includes(knob))) ?? [];
  if (first !== undefined && everywhere.length > 0) assertEffective(first.run.mode, first.run.experiment, knobs);
}

function ineffectiveKnobs({ mode, experiment }: PlannedRun, knobs: KnobOverrides): string[] {
  return withoutEffect(mode, experiment, knobs).map(({ knob }) => knob);
}
