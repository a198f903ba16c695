import { assertEffective, type Knobs, loadLoop, resolveKnobs, startOptions } from "@grpc-lb-lab/experiments";
import type { Deployment, ModeName } from "@grpc-lb-lab/stage";
import type { CommandContext } from "../command-context.ts";
import { EnvoyOnce } from "../envoy-once.ts";
import { localStage } from "../local-stage.ts";
import { type KnobFlags, knobOverrides } from "../options/knob-options.ts";
import { say } from "../say.ts";
import { howToTry } from "./how-to-try.ts";
import { LIVE_WINDOW_MS, showLive } from "./live-view.ts";

/** Calls per second of the live view, unless asked otherwise: enough to see, too few to disturb. */
const LIVE_RATE = 20;

/** Starts a mode and shows who answers until Ctrl-C. Rejects when it cannot be started. */
export async function up(mode: ModeName, flags: KnobFlags, { signal, env }: CommandContext): Promise<void> {
  const overrides = knobOverrides(flags);
  assertEffective(mode, undefined, overrides);
  const knobs = resolveKnobs({ rate: LIVE_RATE }, overrides);
  const stage = localStage({ seed: 1, envoy: new EnvoyOnce(env, say).get });
  say(`starting ${mode}`);
  await using deployment = await stage.start(mode, startOptions(mode, knobs, signal));
  process.stdout.write(howToTry(deployment));
  while (!signal.aborted) await watchLoad(deployment, knobs, signal);
}

/** One load of the longest time that a load may take; then the next, with connections of its own. */
async function watchLoad(deployment: Deployment, knobs: Knobs, signal: AbortSignal): Promise<void> {
  const spec = { ...loadLoop(knobs), clients: knobs.clients };
  await using load = await deployment.runLoad(spec, { keepMs: LIVE_WINDOW_MS });
  await showLive(deployment, load, signal);
}
