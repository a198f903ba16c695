import type { ModeName } from "@grpc-lb-lab/stage";
import { type Observation, timingMs } from "./observation.ts";

/** What is needed to tell how long a mode may take to notice: the mode, its knobs, the stage and its timings. */
export type Discovery = Pick<Observation, "mode" | "stage" | "knobs" | "timings">;

/** How long something may take, and what that is the sum of. */
export interface DiscoveryWindow {
  readonly ms: number;
  /** In words: `DNS refresh + DNS TTL + 1 s`. */
  readonly sum: string;
}

/** A push (EndpointSlice watch, xDS): within 1 s on one machine, 5 s in a cluster. */
export function pushWindowMs({ stage }: Pick<Discovery, "stage">): number {
  return stage === "kubernetes" ? 5_000 : 1_000;
}

/** Connection ageing varies by ± 10 %. Source: gRFC A9, "jitter". */
const LONGEST_AGE = 1.1;
const ENVOY_MARGIN_MS = 1_000;

/**
 * How long after its readiness a new pod may stay without calls; undefined: nothing tells the client of it while its connections live.
 */
export function newPodWindow(discovery: Discovery): DiscoveryWindow | undefined {
  return NEW_POD_WINDOWS[discovery.mode](discovery);
}

const NEW_POD_WINDOWS: Readonly<Record<ModeName, (discovery: Discovery) => DiscoveryWindow | undefined>> = {
  plain: () => undefined,
  headless: agedConnectionWindow,
  watch: pushWindow,
  envoy: (discovery) => ({ ms: envoyWindowMs(discovery) + ENVOY_MARGIN_MS, sum: "DNS refresh + DNS TTL + 1 s" }),
  sidecar: pushWindow,
  proxyless: pushWindow,
};

function pushWindow(discovery: Discovery): DiscoveryWindow {
  return { ms: pushWindowMs(discovery), sum: "a push" };
}

/** DNS is asked again only when a connection drops, which here is when the server ages it. */
function agedConnectionWindow(discovery: Discovery): DiscoveryWindow | undefined {
  const { maxAgeMs } = discovery.knobs;
  if (maxAgeMs === 0) return undefined;
  const sum = `${LONGEST_AGE} x connection age + resolution interval + DNS TTL`;
  return { ms: LONGEST_AGE * maxAgeMs + dnsWindowMs(discovery), sum };
}

/** From the drop of a connection to a fresh answer from DNS: grpc-js's floor between two resolutions, and the cache. */
export function dnsWindowMs(discovery: Discovery): number {
  return discovery.knobs.dnsMinIntervalMs + timingMs(discovery, "dnsTtlMs");
}

/** From a change of the endpoints to Envoy's STRICT_DNS cluster having it. */
export function envoyWindowMs(discovery: Discovery): number {
  return timingMs(discovery, "dnsRefreshMs") + timingMs(discovery, "dnsTtlMs");
}
