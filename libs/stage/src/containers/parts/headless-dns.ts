import type { HeadlessDns } from "@grpc-lb-lab/stage-api";
import { GRPC_PORT } from "../containers-context.ts";

/** The name that every pod has in the engine's DNS. */
export const HEADLESS_NAME = "backend-headless";

/** What stands in for CoreDNS, in words. */
export const SIMULATED_DNS =
  "CoreDNS: the engine's own DNS, which names a pod from its readiness until the pod is told to end, and caches nothing";

/** How the engine's DNS is asked: everybody in the network does by default. */
export const ENGINE_DNS: HeadlessDns = {
  name: HEADLESS_NAME,
  nameOf: (version) => `backend-${version}-headless`,
  target: `dns:///${HEADLESS_NAME}:${GRPC_PORT}`,
  env: {},
  resolver: undefined,
  // In every network that is not the default one: https://docs.docker.com/engine/network/#dns-services
  server: { host: "127.0.0.11", port: 53 },
};
