import { assertEffective, EXPERIMENTS, runExperiment } from "@grpc-lb-lab/experiments";
import { ensureWritable } from "@grpc-lb-lab/report";
import { InputError, type ModeName } from "@grpc-lb-lab/stage";
import type { CommandContext } from "./command-context.ts";
import { EnvoyOnce } from "./envoy-once.ts";
import { localStage } from "./local-stage.ts";
import { type KnobFlags, knobOverrides } from "./options/knob-options.ts";
import type { OutputFlags } from "./options/output-options.ts";
import { publishResult } from "./publish-result.ts";
import { say } from "./say.ts";

/** Flags of `lab run`. */
export interface RunFlags extends KnobFlags, OutputFlags {}

/** Makes one run and publishes it. Resolves with the exit code; rejects on bad input. */
export async function runOne(
  mode: ModeName,
  name: string,
  flags: RunFlags,
  { signal, env }: CommandContext,
): Promise<number> {
  const experiment = EXPERIMENTS.find((candidate) => candidate.name === name);
  if (experiment === undefined) throw new InputError(`there is no experiment ${name}`);
  const knobs = knobOverrides(flags);
  assertEffective(mode, experiment, knobs);
  await ensureWritable(flags.out);
  const startedAt = new Date();
  const envoy = new EnvoyOnce(env, say);
  const result = await runExperiment({
    stage: localStage({ seed: flags.seed, envoy: envoy.get }),
    mode,
    experiment,
    knobs,
    signal,
    onProgress: (what) => say(`${mode} ${name}: ${what}`),
  });
  await publishResult({ flags, results: [result], startedAt, envoy: envoy.version });
  return result.status === "failed" ? 1 : 0;
}
