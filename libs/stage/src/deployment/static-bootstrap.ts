import { adminBlock, type EnvoyBootstrap, socketAddress } from "@grpc-lb-lab/envoy";

interface HostPort {
  /** A numeric IP address. */
  readonly host: string;
  readonly port: number;
}

/** What the configuration of the one proxy depends on. */
export interface StaticBootstrapOptions {
  /** Where clients call. */
  readonly listener: HostPort;
  readonly admin: HostPort;
  /** The headless Service's name, and the pods' gRPC port. */
  readonly backend: { readonly name: string; readonly port: number };
  /** The DNS server that is asked; default: the system's. */
  readonly resolver?: HostPort;
  /** How often it is asked. */
  readonly dnsRefreshMs: number;
  /** Default: none. */
  readonly proxyRetries: number | undefined;
}

const ENVOY_NAMES = "type.googleapis.com/envoy";

/** The configuration of the one proxy: a listener, and the headless Service as a STRICT_DNS cluster. */
export function staticBootstrap(options: StaticBootstrapOptions): EnvoyBootstrap {
  const { host, port } = options.admin;
  return {
    admin: adminBlock(host, port),
    staticResources: { listeners: [listener(options)], clusters: [backendCluster(options)] },
  };
}

function listener({ listener: { host, port }, proxyRetries = 0 }: StaticBootstrapOptions): object {
  return {
    name: "grpc",
    address: socketAddress(host, port),
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

function backendCluster({ backend, resolver, dnsRefreshMs }: StaticBootstrapOptions): object {
  return {
    name: "backend",
    type: "STRICT_DNS",
    connectTimeout: "1s",
    lbPolicy: "ROUND_ROBIN",
    circuitBreakers: UNLIMITED_RETRIES,
    dnsLookupFamily: "V4_ONLY",
    dnsRefreshRate: `${dnsRefreshMs / 1000}s`,
    typedDnsResolverConfig: {
      name: "envoy.network.dns_resolver.cares",
      typedConfig: {
        "@type": `${ENVOY_NAMES}.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig`,
        ...(resolver === undefined ? {} : { resolvers: [socketAddress(resolver.host, resolver.port)] }),
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
      endpoints: [{ lbEndpoints: [{ endpoint: { address: socketAddress(backend.name, backend.port) } }] }],
    },
  };
}
