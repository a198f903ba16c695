import { assertReadSomewhere, type Knobs, loadLoop, settleRun } from "@grpc-lb-lab/experiments";
import { hostAndPort } from "@grpc-lb-lab/http-server";
import type { LocalDeployment, LocalFrontend } from "@grpc-lb-lab/stage";
import { type Deployment, InputError, type LoadSpec, type Mode } from "@grpc-lb-lab/stage-api";
import type { CatalogueContext } from "../command-context.ts";
import { localStage } from "../local-stage.ts";
import { type KnobFlags, knobOverrides } from "../options/knob-options.ts";
import type { ListenAddress } from "../options/listen-address.ts";
import { print } from "../print.ts";
import { ProgramsOnce } from "../programs-once.ts";
import { say } from "../say.ts";
import { howToTry } from "./how-to-try.ts";
import { LIVE_WINDOW_MS, showLive } from "./live-view.ts";
import { MOST_PAGES, PageProxy } from "./page-proxy.ts";
import { serveStage } from "./stage-api.ts";

/** Calls per second of the live view, unless asked otherwise: enough to see, too few to disturb. */
const LIVE_RATE = 20;
/** Addresses that other machines do not reach. */
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Flags of `lab up` beside the knobs. */
export interface UpFlags extends KnobFlags {
  /** Where the pages can be had beside the addresses of their frontends; default: nowhere. */
  readonly listen?: ListenAddress;
}

/** Starts modes side by side, each with a frontend, and shows who answers until Ctrl-C. Rejects when one cannot be started. */
export async function up(
  modes: readonly Mode[],
  flags: UpFlags,
  { signal, env, catalogue }: CatalogueContext,
): Promise<void> {
  const stage = localStage({ seed: 1, find: new ProgramsOnce(env, say).find });
  const asked = { rate: LIVE_RATE, ...knobOverrides(flags) };
  const runs = modes.map((mode) => ({
    mode,
    ...settleRun({ mode, experiment: undefined, stage, asked, modes: catalogue.modes }),
  }));
  assertReadSomewhere(runs.map(({ dropped }) => dropped));
  await using started = new AsyncDisposableStack();
  const proxy = flags.listen === undefined ? undefined : started.use(await startPageProxy(flags.listen, modes.length));
  const deployments: LocalDeployment[] = [];
  for (const { mode, start } of runs) {
    say(`starting ${mode.name}`);
    deployments.push(started.use(await stage.start(mode, { ...start, signal })));
  }
  proxy?.open(deployments);
  for (const deployment of deployments) {
    const { url: stageUrl } = started.use(await serveStage(deployment));
    const others = deployments.filter((other) => other !== deployment);
    const compareWith = others.map(({ frontendUrl }) => frontendUrl);
    const frontend = await deployment.startFrontend({ stageUrl, compareWith });
    await startTraffic(frontend, signal);
    print(howToTry(deployment, { ...frontend, url: proxy?.urlOf(deployment.mode) ?? frontend.url }));
  }
  print("Ctrl-C ends it.\n\n");
  const [{ knobs } = {}] = runs;
  while (knobs !== undefined && !signal.aborted) await watchLoads(deployments, knobs, signal);
}

/** Listens for the pages. Whoever reaches them can start load and stop pods: that is said unless only this machine does. */
async function startPageProxy(listen: ListenAddress, pages: number): Promise<PageProxy> {
  if (pages > MOST_PAGES) {
    throw new InputError(
      `--listen takes at most ${MOST_PAGES} modes: a browser makes too few connections to one address`,
    );
  }
  const proxy = await PageProxy.listen(listen);
  if (!LOOPBACK.test(listen.host)) {
    say(
      `whoever reaches ${hostAndPort(listen.host, listen.port)} can start load and stop pods on its pages; use it in a network that you trust`,
    );
  }
  return proxy;
}

/** Lets the page open with something that moves; its slider changes it. */
async function startTraffic({ url }: LocalFrontend, signal: AbortSignal): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ rate: LIVE_RATE, kind: "unary" });
  const answer = await fetch(`${url}/traffic`, { method: "PUT", headers, body, signal });
  if (!answer.ok) throw new Error(`the frontend refuses to start traffic: ${answer.status} ${await answer.text()}`);
}

/** One load each of the longest time that a load may take; then the next, with connections of their own. */
async function watchLoads(deployments: readonly Deployment[], knobs: Knobs, signal: AbortSignal): Promise<void> {
  // Its own pace, for the page's calls pass the same proxies: in step with them it would meet the same pods again and again.
  const spec: LoadSpec = { ...loadLoop(knobs), arrivals: "random", clients: knobs.clients };
  await using loads = new AsyncDisposableStack();
  const watched = await Promise.all(
    deployments.map(async (deployment) => {
      const load = loads.use(await deployment.runLoad(spec, { keepMs: LIVE_WINDOW_MS }));
      return { deployment, load, rate: spec.rate };
    }),
  );
  await showLive(watched, signal);
}
