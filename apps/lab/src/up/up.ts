import { assertEffective, type Knobs, loadLoop, resolveKnobs, startOptions } from "@grpc-lb-lab/experiments";
import type { Deployment, LocalDeployment, LocalFrontend, ModeName } from "@grpc-lb-lab/stage";
import type { CommandContext } from "../command-context.ts";
import { EnvoyOnce } from "../envoy-once.ts";
import { localStage } from "../local-stage.ts";
import { type KnobFlags, knobOverrides } from "../options/knob-options.ts";
import { say } from "../say.ts";
import { howToTry } from "./how-to-try.ts";
import { LIVE_WINDOW_MS, showLive } from "./live-view.ts";
import { serveStage } from "./stage-api.ts";

/** Calls per second of the live view, unless asked otherwise: enough to see, too few to disturb. */
const LIVE_RATE = 20;

/** Starts modes side by side, each with a frontend, and shows who answers until Ctrl-C. Rejects when one cannot be started. */
export async function up(modes: readonly ModeName[], flags: KnobFlags, { signal, env }: CommandContext): Promise<void> {
  const overrides = knobOverrides(flags);
  for (const mode of modes) assertEffective(mode, undefined, overrides);
  const knobs = resolveKnobs({ rate: LIVE_RATE }, overrides);
  const stage = localStage({ seed: 1, envoy: new EnvoyOnce(env, say).get });
  await using started = new AsyncDisposableStack();
  const deployments: LocalDeployment[] = [];
  for (const mode of modes) {
    say(`starting ${mode}`);
    deployments.push(started.use(await stage.start(mode, startOptions(mode, knobs, signal))));
  }
  for (const deployment of deployments) {
    const { url: stageUrl } = started.use(await serveStage(deployment));
    const others = deployments.filter((other) => other !== deployment);
    const compareWith = others.map(({ frontendUrl }) => frontendUrl);
    const frontend = await deployment.startFrontend({ stageUrl, compareWith });
    await startTraffic(frontend, signal);
    process.stdout.write(howToTry(deployment, frontend));
  }
  process.stdout.write("Ctrl-C ends it.\n\n");
  while (!signal.aborted) await watchLoads(deployments, knobs, signal);
}

/** Lets the page open with something that moves; its slider changes it. */
async function startTraffic({ url }: LocalFrontend, signal: AbortSignal): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ rate: LIVE_RATE, kind: "unary" });
  const answer = await fetch(`${url}/traffic`, { method: "PUT", headers, body, signal });
  if (!answer.ok) throw new Error(`the frontend takes no traffic: ${answer.status} ${await answer.text()}`);
}

/** One load each of the longest time that a load may take; then the next, with connections of their own. */
async function watchLoads(deployments: readonly Deployment[], knobs: Knobs, signal: AbortSignal): Promise<void> {
  const spec = { ...loadLoop(knobs), clients: knobs.clients };
  await using loads = new AsyncDisposableStack();
  const watched = await Promise.all(
    deployments.map(async (deployment) => {
      return { deployment, load: loads.use(await deployment.runLoad(spec, { keepMs: LIVE_WINDOW_MS })) };
    }),
  );
  await showLive(watched, signal);
}
