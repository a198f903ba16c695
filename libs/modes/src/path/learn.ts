import type { Learn, PathSettings, TimeWindow } from "@grpc-lb-lab/stage-api";

/** A busy machine's timers, beside what a proxy's own interval and the cache in front of DNS take. */
const POLL_MARGIN_MS = 1_000;
/** Connection ageing varies by ± 10 %. Source: gRFC A9, "jitter". */
const LONGEST_AGE = 1.1;

/** One address for ever, as a ClusterIP is. */
export const NOTHING: Learn = { by: "nothing", newPod: undefined, staleMs: 0 };

/** Told of every change: an EndpointSlice watch, xDS, kube-proxy. */
export function pushed({ pushMs }: PathSettings): Learn {
  return { by: "pushed", newPod: { ms: pushMs, sum: "a push" }, staleMs: 0 };
}

/** Asks DNS again and again, as an Envoy's STRICT_DNS cluster does. */
export function polledDns({ timings: { dnsRefreshMs = 0, dnsTtlMs = 0 } }: PathSettings): Learn {
  const staleMs = dnsRefreshMs + dnsTtlMs;
  return { by: "polled DNS", newPod: { ms: staleMs + POLL_MARGIN_MS, sum: "DNS refresh + DNS TTL + 1 s" }, staleMs };
}

/** Asks DNS again when a connection drops, and no sooner than its floor between two resolutions, as gRPC does. */
export function agedDns(settings: PathSettings): Learn {
  const { dnsMinIntervalMs, timings } = settings;
  const staleMs = dnsMinIntervalMs + (timings.dnsTtlMs ?? 0);
  return { by: "aged DNS", newPod: agedConnectionWindow(settings, staleMs), staleMs };
}

/** Where nothing else happens, a connection drops when the server ages it. */
function agedConnectionWindow({ maxAgeMs }: PathSettings, staleMs: number): TimeWindow | undefined {
  if (maxAgeMs === 0) return undefined;
  const sum = `${LONGEST_AGE} x connection age + resolution interval + DNS TTL`;
  return { ms: LONGEST_AGE * maxAgeMs + staleMs, sum };
}
