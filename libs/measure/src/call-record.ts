/** One call as `lab load` saw it. Times are ms of the lab's monotonic clock. */
export interface CallRecord {
  /** When the schedule wanted the call to start; latency counts from here. */
  readonly startMs: number;
  /** How much later it was started: by how much the client was behind its schedule. Absent: not at all. */
  readonly lagMs?: number;
  /** From the intended start to the end of the call. */
  readonly latencyMs: number;
  /** gRPC status code; 0 is OK. */
  readonly code: number;
  /** The pod that answered (`served_by.pod`); undefined when none did. */
  readonly pod: string | undefined;
  /** Attempts the answering server was told of (`grpc-previous-rpc-attempts` + 1 or `x-envoy-attempt-count`); 1 when untold. */
  readonly attempts: number;
  /** Index of the client (a channel of its own) that made the call. */
  readonly client: number;
  /**
   * True when the call failed though its response had begun: a response under way commits a call, and nobody may retry it any more.
   * Source: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#when-retries-are-valid
   */
  readonly cutShort?: boolean;
  /** Which kind of call it is, by its index in the load's specification. Absent: the first, or all are alike. */
  readonly kind?: number;
}

/** When a call really began, which a client that is behind its schedule delays, in ms of the lab's monotonic clock. */
export function beganMs({ startMs, lagMs = 0 }: CallRecord): number {
  return startMs + lagMs;
}

/** How long a call took from its real beginning, in ms. */
export function ownMs({ latencyMs, lagMs = 0 }: CallRecord): number {
  return latencyMs - lagMs;
}

/** When a call ended, in ms of the lab's monotonic clock. */
export function endMs({ startMs, latencyMs }: CallRecord): number {
  return startMs + latencyMs;
}
