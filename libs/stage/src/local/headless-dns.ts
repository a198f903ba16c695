import { DnsServer } from "./dns-server.ts";
import type { LaunchContext } from "./launcher.ts";

/** What stands in for CoreDNS, in words. */
export const SIMULATED_DNS =
  "CoreDNS: a DNS server of the lab's own, with a cache of dnsTtlMs in front of the pods' addresses";

/** The cluster's DNS with the one name that a headless Service has: its ready pods' addresses, NXDOMAIN while there are none. */
export async function startHeadlessDns(context: LaunchContext): Promise<{ server: DnsServer; name: string }> {
  const { addresses, registry, timings, namespace } = context;
  const name = `backend-headless.${namespace}.svc.cluster.local`;
  const server = await DnsServer.listen({
    host: addresses.dns,
    port: addresses.dnsPort,
    ttlMs: timings.dnsTtlMs,
    lookup: (asked) => {
      const ready = registry.readyEndpoints.map(({ address }) => address);
      return asked === name && ready.length > 0 ? ready : undefined;
    },
  });
  return { server, name };
}
