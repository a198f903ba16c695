import { adminBlock, type EnvoyBootstrap, socketAddress } from "@grpc-lb-lab/envoy";
import { SIMULATED_DNS, startHeadlessDns } from "../headless-dns.ts";
import type { LaunchContext, Launcher } from "../launcher.ts";
import { startWatchedEnvoy, type WatchedEnvoy } from "../watched-envoy.ts";

/** What the configuration depends on. */
export type EnvoyModeContext = Pick<LaunchContext, "addresses" | "timings" | "proxyRetries">;

const ENVOY_NAMES = "type.googleapis.com/envoy";

/** `envoy`: one proxy between, which resolves the headless Service and balances each call. */
export const launchEnvoy: Launcher = async (context) => {
  const { addresses, envoy } = context;
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
      const config = staticBootstrap(context, name);
      proxy = await startWatchedEnvoy(context, { binary, config, name: "envoy" });
    },
    [Symbol.asyncDispose]: async () => {
      await proxy?.stop();
      await server[Symbol.asyncDispose]();
    },
  };
};

/** The configuration of the one proxy: a listener, and the headless Service as a STRICT_DNS cluster. */
export function staticBootstrap(context: EnvoyModeContext, name: string): EnvoyBootstrap {
  const { addresses } = context;
  return {
    admin: adminBlock(addresses.proxy, addresses.envoyAdminPort),
    staticResources: { listeners: [listener(context)], clusters: [backendCluster(context, name)] },
  };
}

function listener({ addresses, proxyRetries = 0 }: EnvoyModeContext): object {
  return {
    name: "grpc",
    address: socketAddress(addresses.proxy, addresses.grpcPort),
    filterChains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            typedConfig: {
              "@type": `${ENVOY_NAMES}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
              statPrefix: "grpc",
              codecType: "HTTP2",
              routeConfig: {
                virtualHosts: [{ name: "backend", domains: ["*"], ...countAttempts, routes: [route(proxyRetries)] }],
              },
              httpFilters: [
                {
                  name: "envoy.filters.http.router",
                  typedConfig: { "@type": `${ENVOY_NAMES}.extensions.filters.http.router.v3.Router` },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

/** The backend is told in `x-envoy-attempt-count`, and echoes it. */
const countAttempts = { includeRequestAttemptCount: true };

/**
 * The retries that make a crash invisible; `reset` repeats calls that a pod may have begun, so they must be safe to repeat. A retry goes
 * to another pod than the one that has failed, as Istio asks for too.
 */
function route(numRetries: number): object {
  const retryPolicy = {
    retryOn: "reset,connect-failure,refused-stream",
    numRetries,
    retryHostPredicate: [
      {
        name: "envoy.retry_host_predicates.previous_hosts",
        typedConfig: { "@type": `${ENVOY_NAMES}.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate` },
      },
    ],
    hostSelectionRetryMaxAttempts: 5,
  };
  return {
    match: { prefix: "/" },
    route: { cluster: "backend", timeout: "0s", ...(numRetries > 0 ? { retryPolicy } : {}) },
  };
}

/** Envoy's default of 3 concurrent retries would refuse the rest of what a crash breaks; Istio lifts it as well. */
const UNLIMITED_RETRIES = { thresholds: [{ maxRetries: 4_294_967_295 }] };

function backendCluster({ addresses, timings }: EnvoyModeContext, name: string): object {
  return {
    name: "backend",
    type: "STRICT_DNS",
    connectTimeout: "1s",
    lbPolicy: "ROUND_ROBIN",
    circuitBreakers: UNLIMITED_RETRIES,
    dnsLookupFamily: "V4_ONLY",
    dnsRefreshRate: `${timings.dnsRefreshMs / 1000}s`,
    typedDnsResolverConfig: {
      name: "envoy.network.dns_resolver.cares",
      typedConfig: {
        "@type": `${ENVOY_NAMES}.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig`,
        resolvers: [socketAddress(addresses.dns, addresses.dnsPort)],
        dnsResolverOptions: { noDefaultSearchDomain: true },
      },
    },
    typedExtensionProtocolOptions: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": `${ENVOY_NAMES}.extensions.upstreams.http.v3.HttpProtocolOptions`,
        explicitHttpConfig: { http2ProtocolOptions: {} },
      },
    },
    loadAssignment: {
      clusterName: "backend",
      endpoints: [{ lbEndpoints: [{ endpoint: { address: socketAddress(name, addresses.grpcPort) } }] }],
    },
  };
}
