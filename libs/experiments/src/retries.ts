import type { ModeName } from "@grpc-lb-lab/stage";
import type { Observation } from "./observation.ts";

type Retrying = Pick<Observation, "mode" | "knobs">;

/** Istio asks proxies and gRPC alike for so many retries unless a VirtualService says otherwise. */
const ISTIO_RETRIES = 2;

const PROXY_RETRIES: Readonly<Record<ModeName, number | undefined>> = {
  plain: undefined,
  headless: undefined,
  watch: undefined,
  envoy: 0,
  sidecar: ISTIO_RETRIES,
  proxyless: ISTIO_RETRIES,
};

/** Retries by the mode's proxies or, under `proxyless`, by what xDS tells the client; 0 where there is neither. */
export function proxyRetries({ mode, knobs }: Retrying): number {
  const standard = PROXY_RETRIES[mode];
  return standard === undefined ? 0 : (knobs.proxyRetries ?? standard);
}

/**
 * Attempts that the client's own retry policy makes of a call, the first included. Always 1 under `proxyless`: gRPC takes the service
 * config of the xDS resolver instead of the client's. Source: grpc-js, resolving-load-balancer.ts, defaultServiceConfig.
 */
export function clientAttempts({ mode, knobs }: Retrying): number {
  if (mode === "proxyless" || knobs.retry === "off") return 1;
  return Number(knobs.retry.replace("hedge:", ""));
}

/** Whether anyone tries a call again that failed. */
export function isRetried(retrying: Retrying): boolean {
  return clientAttempts(retrying) > 1 || proxyRetries(retrying) > 0;
}
