import { Resolver } from "node:dns/promises";
import type { Address, HeadlessDns, Launcher, StandInCluster } from "@grpc-lb-lab/stage-api";
import { rulesIn } from "../between/rules-in.ts";
import { startWithRules } from "../between/start-with-rules.ts";
import { throughProxy } from "../between/through-proxy.ts";
import { nginxBetween, type Upstreams } from "./nginx-between.ts";
import type { Upstream } from "./nginx-conf.ts";
import { refusal } from "./refusal.ts";
import { variantTraits } from "./variants.ts";

/** `nginx`: one proxy between, which resolves the headless Services, again and again or once, and balances each call. */
export const launchNginx: Launcher = async (cluster) => {
  const { resolves } = variantTraits(cluster.proxyVariant);
  const dns = await cluster.headlessDns();
  const rules = rulesIn("nginx", cluster.rules);
  let upstreams: Upstreams = { upstream: { zone: true, resolve: "once", backends: [] } };
  const proxy = await cluster.proxyBetween(
    nginxBetween({ workers: cluster.proxyWorkers, upstreams: () => upstreams, refreshesDns: resolves, rules }),
  );
  return {
    ...throughProxy(proxy),
    // Not before: a name without an address ends an nginx that resolves it at its start, and leaves another one for a whole refresh without a pod.
    podsReady: async () => {
      upstreams = await upstreamsNow(cluster, dns);
      await startWithRules(proxy, rules, refusal);
    },
  };
};

async function upstreamsNow(cluster: StandInCluster, dns: HeadlessDns): Promise<Upstreams> {
  const of = (name: string) => upstreamNow(cluster, dns, name);
  if (!cluster.hasCanary) return { upstream: await of(dns.name) };
  const [upstream, v1, v2] = await Promise.all([of(dns.name), of(dns.nameOf("v1")), of(dns.nameOf("v2"))]);
  return { upstream, versions: { v1, v2 } };
}

/** The pods that a name of the DNS has. */
async function upstreamNow(
  { grpcPort: port, timings: { dnsRefreshMs }, proxyVariant }: StandInCluster,
  dns: HeadlessDns,
  host: string,
): Promise<Upstream> {
  const { resolves, zone } = variantTraits(proxyVariant);
  if (resolves)
    return { zone, resolve: "again and again", backend: { host, port }, resolver: dns.server, dnsRefreshMs };
  return { zone, resolve: "once", backends: await knownAtStart(dns, { host, port }) };
}

/** nginx asks the system at its start, which knows nothing of a DNS server of the lab's own: there the lab asks in its place. */
async function knownAtStart({ resolver }: HeadlessDns, { host, port }: Address): Promise<Address[]> {
  if (resolver === undefined) return [{ host, port }];
  const dns = new Resolver();
  dns.setServers([`${resolver.host}:${resolver.port}`]);
  return (await dns.resolve4(host)).map((host) => ({ host, port }));
}
