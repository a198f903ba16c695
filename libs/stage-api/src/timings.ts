/** The delays of a cluster, in ms, that decide what is seen of a change. A stage has some of them, and can set some of those. */
export interface Timings {
  /** From a pod's going to every consumer knowing it. */
  readonly endpointLagMs: number;
  /** How long DNS repeats an answer. */
  readonly dnsTtlMs: number;
  /** How often a proxy between asks DNS. */
  readonly dnsRefreshMs: number;
  /** How long a crashed container stays away. */
  readonly restartAfterMs: number;
  /** How long a pod may take to end before it is killed. */
  readonly terminationGraceMs: number;
  /** How long a pod may take to become ready. */
  readonly startDeadlineMs: number;
}

/** The name of a delay. */
export type TimingName = keyof Timings;

/** Delays that a caller sets; those left out are as the stage has them. */
export type TimingOverrides = Readonly<Partial<Timings>>;

/** A delay that is in force, in ms, beside what a cluster has by itself. */
export interface StageTiming {
  readonly value: number;
  readonly default: number;
  /** What the default is the default of. */
  readonly standsFor: string;
}

/** The delays in force, by name; one that is missing does not exist there. */
export type StageTimings = Readonly<Partial<Record<TimingName, StageTiming>>>;

/** What a cluster has by itself, and of what. */
export const CLUSTER_TIMINGS: Readonly<Record<TimingName, Omit<StageTiming, "value">>> = {
  endpointLagMs: {
    default: 1_000,
    standsFor:
      "the time until every consumer knows that a pod has gone (EndpointSlice controller, kube-proxy, CoreDNS, istiod)",
  },
  dnsTtlMs: {
    default: 30_000,
    standsFor:
      "how long the cluster's DNS caches an answer: CoreDNS's usual cache (newer kubeadm Corefiles leave cluster.local out of it)",
  },
  dnsRefreshMs: { default: 5_000, standsFor: "dns_refresh_rate of an Envoy STRICT_DNS cluster" },
  restartAfterMs: {
    default: 10_000,
    standsFor: "the kubelet's back-off before the second restart of a crashed container",
  },
  terminationGraceMs: { default: 30_000, standsFor: "terminationGracePeriodSeconds" },
  startDeadlineMs: { default: 20_000, standsFor: "how long a pod may take to become ready" },
};
