import type { HttpRoute } from "../http/http-route.ts";
import { sendJson } from "../http/send-json.ts";
import type { CallStats } from "../traffic/call-stats.ts";
import type { Traffic } from "../traffic/traffic.ts";
import { allowOrigins } from "./allow-origins.ts";
import { assembleSnapshot } from "./assemble-snapshot.ts";
import { LiveFeed } from "./live-feed.ts";
import { assetRoutes } from "./page-assets.ts";
import { StageClient } from "./stage-client.ts";
import { stageRoutes } from "./stage-routes.ts";
import { trafficRoutes } from "./traffic-routes.ts";

const STAGE_INTERVAL_MS = 1000;

/** What the page shows and steers. */
export interface PageOptions {
  readonly stats: CallStats;
  readonly traffic: Traffic;
  /** Base URL of the stage's control API; undefined where there is none: the page then has no knobs for pods. */
  readonly stageUrl: string | undefined;
  /** Whether the page may change anything: its own load, and the stage. */
  readonly controls: boolean;
  /** The mode's name, shown only. */
  readonly mode: string;
  /** Base URLs of the frontends to show beside this one; their pages may read `/events` and `/page-config` here. */
  readonly compareWith: readonly string[];
}

/** The live page and all that it needs: its files, `/events`, `/page-config`, and with controls `/traffic` and, where there is a stage, `/stage`. */
export function pageRoutes(options: PageOptions): readonly HttpRoute[] {
  const stage = options.stageUrl === undefined ? undefined : new StageClient(options.stageUrl);
  const origins = options.compareWith.map((url) => new URL(url).origin);
  const config = { mode: options.mode, compareWith: origins, controls: options.controls };
  const feed = new LiveFeed(snapshotSource(options, stage));
  return [
    ...assetRoutes(),
    {
      method: "GET",
      path: "/page-config",
      handle(request, response) {
        allowOrigins(request, response, origins);
        sendJson(response, 200, config);
      },
    },
    {
      method: "GET",
      path: "/events",
      streams: true,
      async handle(request, response, { signal }) {
        allowOrigins(request, response, origins);
        await feed.attach(response, signal);
      },
    },
    ...(options.controls ? trafficRoutes(options.traffic, origins) : []),
    ...(options.controls && stage !== undefined ? stageRoutes(stage) : []),
  ];
}

/** Asks the stage once a second for as long as snapshots are taken. */
function snapshotSource({ stats, traffic, mode }: PageOptions, stage: StageClient | undefined) {
  let askedMs = Number.NEGATIVE_INFINITY;
  const askStage = () => {
    if (stage === undefined || performance.now() - askedMs < STAGE_INTERVAL_MS) return;
    askedMs = performance.now();
    void stage.refresh();
  };
  return {
    take() {
      askStage();
      const { settings, inFlight, skipped } = traffic;
      return assembleSnapshot({
        mode,
        stats: stats.snapshot(),
        samples: stats.takeSamples(),
        traffic: { ...settings, inFlight, skipped },
        stage: stage?.reading,
      });
    },
  };
}
