import { InputError } from "../input-error.ts";
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

/** A day: Node's timers fire at once when they are told more than 24.8 days. */
const LONGEST_MS = 86_400_000;

export type LocalTimingName = keyof typeof LOCAL_TIMINGS;
/** The timings of one deployment, as plain numbers. */
export type LocalTimings = Readonly<Record<LocalTimingName, number>>;

/**
 * The timings with `overrides` applied.
 * @throws {InputError} on a name that the local stage does not have, or a time that is negative or longer than a day.
 */
export function localTimings(overrides: Readonly<Record<string, number>> = {}): LocalTimings {
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(LOCAL_TIMINGS, name)) {
      throw new InputError(`the local stage has no timing ${name}; it has ${Object.keys(LOCAL_TIMINGS).join(", ")}`);
    }
    if (!(value >= 0 && value <= LONGEST_MS)) {
      throw new InputError(`timing ${name} is ${value}; it must be 0 to ${LONGEST_MS} milliseconds`);
    }
  }
  const defaults = Object.fromEntries(Object.entries(LOCAL_TIMINGS).map(([name, timing]) => [name, timing.value]));
  return { ...defaults, ...overrides } as LocalTimings;
}
