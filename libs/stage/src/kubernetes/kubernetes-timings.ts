import { LOCAL_TIMINGS } from "../local/local-timings.ts";
import type { ModeName } from "../mode.ts";
import type { StageTiming } from "../stage.ts";

/**
 * From a pod's end to its withdrawal everywhere: the kubelet looks at containers once a second, then status, EndpointSlice and kube-proxy
 * or istiod follow within about a second each.
 */
const ENDPOINT_LAG_MS = 3_000;

/** What a cluster's own delays are, as far as they can be read. */
export interface ClusterDelays {
  readonly dnsTtlMs: number;
  /** `dns_refresh_rate` of the deployed Envoy. */
  readonly dnsRefreshMs: number;
  readonly terminationGraceMs: number;
}

/** The timings of a deployment: each is the cluster's own, so none differs from its default. */
export function kubernetesTimings(
  mode: ModeName,
  { dnsTtlMs, dnsRefreshMs, terminationGraceMs }: ClusterDelays,
): Readonly<Record<string, StageTiming>> {
  return {
    endpointLagMs: own("endpointLagMs", ENDPOINT_LAG_MS),
    // At once the first time, then after 10, 20, 40 s and so on, as CrashLoopBackOff.
    restartAfterMs: own("restartAfterMs", 0),
    terminationGraceMs: own("terminationGraceMs", terminationGraceMs),
    ...(mode === "headless" || mode === "envoy" ? { dnsTtlMs: own("dnsTtlMs", dnsTtlMs) } : {}),
    ...(mode === "envoy" ? { dnsRefreshMs: own("dnsRefreshMs", dnsRefreshMs) } : {}),
  };
}

function own(name: keyof typeof LOCAL_TIMINGS, value: number): StageTiming {
  return { value, default: value, standsFor: LOCAL_TIMINGS[name].standsFor };
}
