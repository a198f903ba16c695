/** What goes wrong in a pod. */
export interface Fault extends ApplicationFault {
  /** "dropped": no packet reaches or leaves the pod, and nobody is told, as when its node loses power; "delivered" ends that. */
  readonly packets?: "dropped" | "delivered";
  /** Whether the pod's processes are frozen; its kernel goes on acknowledging packets. */
  readonly paused?: boolean;
}

/** What an application does to its calls on purpose: what `PUT /faults` of its admin port takes. A field that is left out is no fault. */
export interface ApplicationFault {
  /** Added to each call. */
  readonly latencyMs?: number;
  /** At most so much more is added, evenly spread. */
  readonly jitterMs?: number;
  /** gRPC status code name, `UNAVAILABLE`. */
  readonly errorCode?: string;
  /** The share of calls that fail, 0 to 1; they fail at once but for the latency that is added, whatever the pod's work takes. */
  readonly errorShare?: number;
}

/** The fields of an {@link ApplicationFault}: every stage can do these. */
export const APPLICATION_FAULTS = [
  "latencyMs",
  "jitterMs",
  "errorCode",
  "errorShare",
] as const satisfies readonly (keyof ApplicationFault)[];
