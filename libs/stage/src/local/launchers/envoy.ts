import { staticBootstrap } from "../../deployment/static-bootstrap.ts";
import { SIMULATED_DNS, startHeadlessDns } from "../headless-dns.ts";
import type { Launcher } from "../launcher.ts";
import { startWatchedEnvoy, type WatchedEnvoy } from "../watched-envoy.ts";

/** `envoy`: one proxy between, which resolves the headless Service and balances each call. */
export const launchEnvoy: Launcher = async (context) => {
  const { addresses, envoy, timings, proxyRetries } = context;
  const binary = await envoy();
  const { server, name } = await startHeadlessDns(context);
  let proxy: WatchedEnvoy | undefined;
  const target = `${addresses.proxy}:${addresses.grpcPort}`;
  return {
    target,
    clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first" },
    timingNames: ["dnsTtlMs", "dnsRefreshMs"],
    simulated: [SIMULATED_DNS],
    // Not before: an Envoy that starts while the name has no address waits a whole refresh for the first one.
    podsReady: async () => {
      const config = staticBootstrap({
        listener: { host: addresses.proxy, port: addresses.grpcPort },
        admin: { host: addresses.proxy, port: addresses.envoyAdminPort },
        backend: { name, port: addresses.grpcPort },
        resolver: { host: addresses.dns, port: addresses.dnsPort },
        dnsRefreshMs: timings.dnsRefreshMs,
        proxyRetries,
      });
      proxy = await startWatchedEnvoy(context, { binary, config, name: "envoy" });
    },
    [Symbol.asyncDispose]: async () => {
      await proxy?.stop();
      await server[Symbol.asyncDispose]();
    },
  };
};
