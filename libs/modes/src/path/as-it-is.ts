import type { PathSettings } from "@grpc-lb-lab/stage-api";

/** The settings of a path of which only kinds are read: nobody ages connections, pings, or asks for retries, and no delay is known. */
export const AS_IT_IS: PathSettings = {
  timings: {},
  pushMs: 0,
  maxAgeMs: 0,
  dnsMinIntervalMs: 0,
  keepaliveMs: 0,
  retry: "off",
  proxyRetries: undefined,
  proxyWorkers: 1,
};
