import type { PathSettings, Retry } from "@grpc-lb-lab/stage-api";

/**
 * For a retry Envoy draws a host up to 6 times until it is none that failed the call before; the sixth stands, dead or not. Source:
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto (host_selection_retry_max_attempts, Istio's 5).
 */
const ENVOY_DRAWS = 6;

/** Istio asks proxies and gRPC alike for so many retries unless a VirtualService says otherwise. */
export const ISTIO_RETRIES = 2;

/** It forwards packets, or nobody asks it to try again. */
export const NO_RETRIES: Retry = { of: "nothing", attempts: 1, hedged: false, draws: 1 };

/** A client that takes its service config from its own settings (gRFC A6): `off`, attempts in all, or `hedge:<attempts>`. */
export function clientRetry({ retry }: PathSettings): Retry {
  const [, hedge, attempts = "1"] = /^(hedge:)?(\d+)$/.exec(retry) ?? [];
  return { ...attemptsOf(Number(attempts), 1), hedged: hedge !== undefined };
}

/** A client that takes retries from the control plane (gRFC A44), in the place of its own service config. */
export function controlPlaneRetry({ proxyRetries = ISTIO_RETRIES }: PathSettings): Retry {
  return attemptsOf(1 + proxyRetries, 1);
}

/** An Envoy that is asked for so many retries, unless the caller asks for another number. */
export function envoyRetry(settings: PathSettings, standard: number): Retry {
  const { proxyRetries = standard } = settings;
  return proxyRetries === 0 ? NO_RETRIES : attemptsOf(1 + proxyRetries, ENVOY_DRAWS);
}

/**
 * An Envoy of Istio's: "connect-failure,refused-stream,unavailable,cancelled" by default, and `unavailable` is a status in a response. Source:
 * istio.io/istio, pilot/pkg/networking/core/route/retry/retry.go.
 */
export function istioRetry(settings: PathSettings): Retry {
  return { ...envoyRetry(settings, ISTIO_RETRIES), losesResets: true };
}

/** gRPC repeats by itself what was certainly not processed; Envoy does what it is asked for alone. */
function attemptsOf(attempts: number, draws: number): Retry {
  return { of: attempts > 1 ? "by code" : "unsent", attempts, hedged: false, draws };
}
