import { stageTimings } from "../deployment/stage-timings.ts";
import type { StageTiming } from "../stage.ts";

/** The local stage's timings in ms: what runs (`value`), and what a cluster has by itself (`default`). */
export const LOCAL_TIMINGS = {
  endpointLagMs: {
    value: 1_000,
    default: 1_000,
    standsFor:
      "from a pod's going to every consumer knowing it (EndpointSlice controller, kube-proxy, CoreDNS, istiod)",
  },
  dnsTtlMs: {
    value: 1_000,
    default: 30_000,
    standsFor:
      "how long the cluster's DNS repeats an answer: CoreDNS's usual cache (newer kubeadm Corefiles leave cluster.local out of it)",
  },
  dnsRefreshMs: { value: 1_000, default: 5_000, standsFor: "dns_refresh_rate of an Envoy STRICT_DNS cluster" },
  restartAfterMs: {
    value: 3_000,
    default: 10_000,
    standsFor: "the kubelet's back-off before the second restart of a crashed container",
  },
  terminationGraceMs: { value: 10_000, default: 30_000, standsFor: "terminationGracePeriodSeconds" },
  startDeadlineMs: { value: 20_000, default: 20_000, standsFor: "how long a pod may take to become ready" },
} as const satisfies Record<string, StageTiming>;

export type LocalTimingName = keyof typeof LOCAL_TIMINGS;
/** The timings of one deployment, as plain numbers. */
export type LocalTimings = Readonly<Record<LocalTimingName, number>>;

/** The timings with `overrides` applied; {@link stageTimings} says what is refused. */
export function localTimings(overrides?: Readonly<Record<string, number>>): LocalTimings {
  return stageTimings("local", LOCAL_TIMINGS, overrides);
}
