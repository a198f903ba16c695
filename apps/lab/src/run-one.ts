import {
  assertEffective,
  assertSettable,
  EXPERIMENTS,
  METERED_EXPERIMENTS,
  NETWORK_EXPERIMENTS,
  runExperiment,
} from "@grpc-lb-lab/experiments";
import { ensureWritable } from "@grpc-lb-lab/report";
import { InputError, type ModeName } from "@grpc-lb-lab/stage";
import type { CommandContext } from "./command-context.ts";
import { EnvoyOnce } from "./envoy-once.ts";
import { type KnobFlags, knobOverrides } from "./options/knob-options.ts";
import type { OutputFlags } from "./options/output-options.ts";
import type { StageFlags } from "./options/stage-options.ts";
import { publishResult } from "./publish-result.ts";
import { say } from "./say.ts";
import { makeStage } from "./stages/make-stage.ts";

/** Flags of `lab run`. */
export interface RunFlags extends KnobFlags, OutputFlags, StageFlags {}

/** Makes one run and publishes it. Resolves with the exit code; rejects on bad input. */
export async function runOne(
  mode: ModeName,
  name: string,
  flags: RunFlags,
  { signal, env }: CommandContext,
): Promise<number> {
  const experiment = [...EXPERIMENTS, ...NETWORK_EXPERIMENTS, ...METERED_EXPERIMENTS].find(
    (candidate) => candidate.name === name,
  );
  if (experiment === undefined) throw new InputError(`there is no experiment ${name}`);
  const knobs = knobOverrides(flags);
  assertEffective(mode, experiment, knobs);
  const envoy = new EnvoyOnce(env, say);
  const stage = await makeStage(flags.stage, { ...flags, envoy: envoy.get });
  assertSettable(stage, mode, knobs);
  await ensureWritable(flags.out);
  const startedAt = new Date();
  const result = await runExperiment({
    stage,
    mode,
    experiment,
    knobs,
    signal,
    onProgress: (what) => say(`${mode} ${name}: ${what}`),
  });
  await publishResult({ flags, results: [result], startedAt, envoy: envoy.version });
  return result.status === "failed" ? 1 : 0;
}
