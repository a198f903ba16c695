import { CLUSTER_TIMINGS, type StageTiming, type StageTimings, type TimingName } from "@grpc-lb-lab/stage-api";

/**
 * From a pod's end to its withdrawal everywhere: the kubelet looks at containers once a second, then status, EndpointSlice and kube-proxy
 * or istiod follow within about a second each.
 */
export const ENDPOINT_LAG_MS = 3_000;

/** What a cluster's own delays are, as far as they can be read. */
export interface ClusterDelays {
  readonly terminationGraceMs: number;
  /** Undefined: nobody asks DNS for the pods. */
  readonly dnsTtlMs?: number;
  /** How often the deployed proxy asks DNS; undefined: there is none that does. */
  readonly dnsRefreshMs?: number;
}

/** The timings of a deployment: each is the cluster's own, so none differs from its default. */
export function kubernetesTimings({ dnsTtlMs, dnsRefreshMs, terminationGraceMs }: ClusterDelays): StageTimings {
  return {
    endpointLagMs: own("endpointLagMs", ENDPOINT_LAG_MS),
    // At once the first time, then after 10, 20, 40 s and so on, as CrashLoopBackOff.
    restartAfterMs: own("restartAfterMs", 0),
    terminationGraceMs: own("terminationGraceMs", terminationGraceMs),
    ...(dnsTtlMs === undefined ? {} : { dnsTtlMs: own("dnsTtlMs", dnsTtlMs) }),
    ...(dnsRefreshMs === undefined ? {} : { dnsRefreshMs: own("dnsRefreshMs", dnsRefreshMs) }),
  };
}

function own(name: TimingName, value: number): StageTiming {
  return { value, default: value, standsFor: CLUSTER_TIMINGS[name].standsFor };
}
