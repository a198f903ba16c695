import type { HeadlessDns } from "@grpc-lb-lab/stage-api";
import { DnsServer } from "../dns-server.ts";
import type { LocalContext } from "../local-context.ts";

/** What stands in for CoreDNS, in words. */
export const SIMULATED_DNS = "CoreDNS: the lab's own DNS server, which caches the pods' addresses for dnsTtlMs";

/** The cluster's DNS with the names of headless Services, of all pods and of each version: the ready pods' addresses, NXDOMAIN while there are none. */
export function startHeadlessDns(context: LocalContext): Promise<DnsServer> {
  const { addresses, registry, timings } = context;
  const versionOf = new Map([undefined, ...VERSIONS].map((version) => [nameIn(context, version), version]));
  return DnsServer.listen({
    host: addresses.dns,
    port: addresses.dnsPort,
    ttlMs: timings.dnsTtlMs,
    lookup: (asked) => {
      if (!versionOf.has(asked)) return undefined;
      const version = versionOf.get(asked);
      const ready = registry.readyEndpoints.filter((endpoint) => version === undefined || endpoint.version === version);
      return ready.length > 0 ? ready.map(({ address }) => address) : undefined;
    },
  });
}

/** How that DNS is asked. */
export function headlessDns(context: LocalContext): HeadlessDns {
  const { dns, dnsPort, grpcPort } = context.addresses;
  const name = nameIn(context);
  return {
    name,
    nameOf: (version) => nameIn(context, version),
    target: `dns://${dns}:${dnsPort}/${name}:${grpcPort}`,
    // grpc-js honours the authority of a dns: target only so (grpc-js environment_variables.md).
    env: { GRPC_NODE_USE_ALTERNATIVE_RESOLVER: "true" },
    resolver: { host: dns, port: dnsPort },
    server: { host: dns, port: dnsPort },
  };
}

const VERSIONS = ["v1", "v2"] as const;

function nameIn({ namespace }: LocalContext, version?: (typeof VERSIONS)[number]): string {
  return `backend-${version === undefined ? "" : `${version}-`}headless.${namespace}.svc.cluster.local`;
}
