import { staticBootstrap } from "../../deployment/static-bootstrap.ts";
import { type ContainersLauncher, ENVOY_ADMIN_PORT, GRPC_PORT } from "../containers-launch.ts";
import { ENGINE_DNS_TIMINGS } from "../containers-timings.ts";
import { startEnvoyContainer } from "../envoy-container.ts";
import { ENGINE_DNS, HEADLESS_NAME } from "./headless.ts";

/** `envoy`: one proxy between, which resolves the headless Service and balances each call. */
export const launchEnvoy: ContainersLauncher = async (context) => {
  const { session, timings, proxyRetries } = context;
  const target = `envoy:${GRPC_PORT}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" },
    timingNames: ["dnsRefreshMs"],
    fixedTimings: ENGINE_DNS_TIMINGS,
    podAliases: [HEADLESS_NAME],
    simulated: [ENGINE_DNS],
    // Not before: an Envoy that starts while the name has no address waits a whole refresh for the first one.
    podsReady: async () => {
      const config = staticBootstrap({
        listener: { host: "0.0.0.0", port: GRPC_PORT },
        admin: { host: "0.0.0.0", port: ENVOY_ADMIN_PORT },
        backend: { name: HEADLESS_NAME, port: GRPC_PORT },
        dnsRefreshMs: timings.dnsRefreshMs,
        proxyRetries,
      });
      const place = { ip: session.addresses.proxy, aliases: ["envoy"] };
      const { ready } = await startEnvoyContainer(context, { name: "envoy", config, place });
      await ready;
    },
  };
};
