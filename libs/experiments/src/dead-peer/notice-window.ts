import type { ModeName } from "@grpc-lb-lab/stage";
import {
  type Discovery,
  type DiscoveryWindow,
  envoyWindowMs,
  newPodWindow,
  pushWindowMs,
} from "../discovery-window.ts";

/** A busy machine's timers, and the calls that are just being sent. */
const MARGIN_MS = 1_000;

/** How long a keepalive ping may stay unanswered at most: gRPC's default, which `BACKEND_KEEPALIVE_MS` never exceeds. */
const LONGEST_PING_TIMEOUT_MS = 20_000;

/** How long a keepalive ping may stay unanswered. */
export function pingTimeoutMs(keepaliveMs: number): number {
  return Math.min(keepaliveMs, LONGEST_PING_TIMEOUT_MS);
}

/**
 * How long after a pod has vanished a call may still be sent to it; undefined: as long as Linux holds its connections, about 15 minutes
 * (`tcp_retries2`).
 */
export function noticeWindow(discovery: Discovery): DiscoveryWindow | undefined {
  return NOTICE_WINDOWS[discovery.mode](discovery);
}

/**
 * Who has the connection to the pod must notice. Under `plain` that is the client: what kube-proxy forwards are its packets. A proxy ends the
 * client's connection, so that the client's pings are answered by the proxy, and neither Envoy of the lab sends any itself; nor does
 * Istio's by default.
 */
const NOTICE_WINDOWS: Readonly<Record<ModeName, (discovery: Discovery) => DiscoveryWindow | undefined>> = {
  plain: pingWindow,
  headless: (discovery) => pingWindow(discovery) ?? newPodWindow(discovery),
  watch: pingWindow,
  envoy: droppedByDns,
  sidecar: () => undefined,
  proxyless: pingWindow,
};

function pingWindow({ knobs: { keepaliveMs } }: Discovery): DiscoveryWindow | undefined {
  if (keepaliveMs === 0) return undefined;
  return { ms: keepaliveMs + pingTimeoutMs(keepaliveMs) + MARGIN_MS, sum: "keepalive + its timeout + 1 s" };
}

/** The engine's DNS drops a container that is cut off, so that Envoy drops its endpoint; cluster DNS names it until its node counts as lost. */
function droppedByDns(discovery: Discovery): DiscoveryWindow | undefined {
  if (discovery.stage !== "containers") return undefined;
  return { ms: envoyWindowMs(discovery) + pushWindowMs(discovery), sum: "DNS refresh + DNS TTL + 1 s" };
}
