import { adminBlock, type EnvoyBootstrap, socketAddress } from "@grpc-lb-lab/envoy";
import type { EnvoyRules } from "@grpc-lb-lab/stage-api";
import { type OfVersions, podGroups } from "../between/of-versions.ts";
import { CALL, CLIENT_SIDE, POD_CONNECTION, POD_SIDE } from "./limits.ts";

interface HostPort {
  /** A numeric IP address. */
  readonly host: string;
  readonly port: number;
}

/** What the one proxy is to do with calls, and where it hears of pods. */
export interface BackendSettings {
  /** The headless Service's name, and the pods' gRPC port. A short name is completed as the system says (`search` of resolv.conf). */
  readonly backend: { readonly name: string; readonly port: number; readonly isShort?: boolean };
  /** Likewise the names of the headless Services of each version; default: there are none. */
  readonly versions?: OfVersions<string> | undefined;
  /** The DNS server that is asked; default: the system's. */
  readonly resolver?: HostPort | undefined;
  /** How often it is asked. */
  readonly dnsRefreshMs: number;
  /** Default: none. */
  readonly proxyRetries: number | undefined;
  /** Traffic rules; default none. */
  readonly rules?: EnvoyRules | undefined;
}

/** What the configuration of the one proxy depends on. */
export interface StaticBootstrapOptions extends BackendSettings {
  /** Where clients call. */
  readonly listener: HostPort;
  /** `allowPaths`: what it answers, as prefixes; default all, the end of Envoy among it. */
  readonly admin: HostPort & { readonly allowPaths?: readonly string[] };
}

const ENVOY_NAMES = "type.googleapis.com/envoy";

/** The configuration of the one proxy: a listener, and each headless Service as a STRICT_DNS cluster. */
export function staticBootstrap(options: StaticBootstrapOptions): EnvoyBootstrap {
  const { host, port, allowPaths } = options.admin;
  const groups = podGroups(options.backend.name, options.versions);
  return {
    admin: {
      ...adminBlock(host, port),
      ...(allowPaths === undefined ? {} : { allowPaths: allowPaths.map((prefix) => ({ prefix })) }),
    },
    staticResources: {
      listeners: [listener(options)],
      clusters: groups.map(([name, dnsName]) => podCluster(name, dnsName, options)),
    },
  };
}

function listener({ listener: { host, port }, proxyRetries = 0, rules }: StaticBootstrapOptions): object {
  const routes = [...(rules?.routesBefore ?? []), route(proxyRetries, rules)];
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
              ...CLIENT_SIDE,
              routeConfig: { virtualHosts: [{ name: "backend", domains: ["*"], ...countAttempts, routes }] },
              httpFilters: [
                ...(rules?.httpFilters ?? []),
                {
                  name: "envoy.filters.http.router",
                  typedConfig: { "@type": `${ENVOY_NAMES}.extensions.filters.http.router.v3.Router` },
                },
              ],
              ...rules?.connectionManager,
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
function route(numRetries: number, rules: EnvoyRules | undefined): object {
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
    ...rules?.route,
    route: { ...destination(rules), ...CALL, ...(numRetries > 0 ? { retryPolicy } : {}), ...rules?.action },
  };
}

/** A route has but one kind of destination (`cluster_specifier`). */
function destination({ action = {} }: Partial<EnvoyRules> = {}): object {
  return "weightedClusters" in action ? {} : { cluster: "backend" };
}

function podCluster(name: string, dnsName: string, options: StaticBootstrapOptions): object {
  const { backend, resolver, dnsRefreshMs, rules } = options;
  return {
    name,
    type: "STRICT_DNS",
    ...POD_SIDE,
    lbPolicy: "ROUND_ROBIN",
    // Asks for IPv6 addresses where there are none of IPv4. ALL would have each pod twice where a Service has both families.
    dnsLookupFamily: "V4_PREFERRED",
    dnsRefreshRate: `${dnsRefreshMs / 1000}s`,
    ...dnsResolver(backend, resolver),
    typedExtensionProtocolOptions: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": `${ENVOY_NAMES}.extensions.upstreams.http.v3.HttpProtocolOptions`,
        ...POD_CONNECTION,
      },
    },
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: socketAddress(dnsName, backend.port) } }] }],
    },
    ...rules?.cluster,
  };
}

/** Envoy's own DNS client (c-ares); without this it asks as the system says. */
function dnsResolver({ isShort = false }: BackendSettings["backend"], resolver: HostPort | undefined): object {
  if (isShort && resolver === undefined) return {};
  return {
    typedDnsResolverConfig: {
      name: "envoy.network.dns_resolver.cares",
      typedConfig: {
        "@type": `${ENVOY_NAMES}.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig`,
        ...(resolver === undefined ? {} : { resolvers: [socketAddress(resolver.host, resolver.port)] }),
        dnsResolverOptions: { noDefaultSearchDomain: !isShort },
      },
    },
  };
}
