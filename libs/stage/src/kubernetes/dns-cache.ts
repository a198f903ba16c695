import type { KubeClient, KubeConfigMap } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/stage-api";

/** What DNS repeats an answer for where nobody says otherwise: CoreDNS's usual `cache 30`. */
const USUAL_DNS_TTL_MS = 30_000;

/** How long the cluster's DNS repeats an answer about a Service, in ms; the usual time where its configuration cannot be read. */
export async function dnsCacheMs(client: KubeClient, signal: AbortSignal): Promise<number> {
  const path = "/api/v1/namespaces/kube-system/configmaps/coredns";
  const config = await client.find<KubeConfigMap>(path, signal).catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  const corefile = config?.data?.Corefile;
  return corefile === undefined ? USUAL_DNS_TTL_MS : corefileCacheMs(corefile);
}

/**
 * What `cache` of a Corefile means for names in `cluster.local`: as newer kubeadm writes it, it leaves them out. The plugin `kubernetes`
 * gives answers a TTL of 5 s by default, which the cache does not exceed.
 * Sources: https://coredns.io/plugins/cache/, https://coredns.io/plugins/kubernetes/
 */
export function corefileCacheMs(corefile: string): number {
  const cache = /^\s*cache(?:\s+(\d+))?(?<zones>[^\n{]*)(?:\{(?<block>[^}]*)\})?/m.exec(corefile);
  if (cache === null || /disable\s+success\s+[^\n]*cluster\.local/.test(cache.groups?.block ?? "")) return 0;
  const ttl = /^\s*ttl\s+(\d+)/m.exec(corefile)?.[1] ?? PLUGIN_TTL_SECONDS;
  return 1_000 * Math.min(Number(cache[1] ?? LONGEST_CACHE_SECONDS), Number(ttl));
}

const LONGEST_CACHE_SECONDS = 3_600;
const PLUGIN_TTL_SECONDS = 5;
