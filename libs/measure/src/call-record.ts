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
  /** The stream that the call is, by the number that {@link MessageRecord} has. Absent: a call without records of its messages. */
  readonly stream?: number;
}

/**
 * One message of a stream as `lab load` saw it: an answer of a server stream, or a request of a bidirectional one with its answer. (The requests of a client
 * stream have no answers, so that nothing tells of each.) No message is a call: whoever counts calls does not see them.
 */
export interface MessageRecord {
  /** The number of its stream among the load's calls, from 0. */
  readonly stream: number;
  /** Its number in the stream, from 0. */
  readonly message: number;
  /** When the stream's schedule wanted it: a request to be sent, or an answer to arrive. Latency counts from here. */
  readonly startMs: number;
  /** How much later a request was sent; 0 of an answer that nobody asked for. */
  readonly lagMs: number;
  /** From there until the answer arrived, or the stream broke. */
  readonly latencyMs: number;
  /** 0: answered. Else it was under way when its stream broke, with this gRPC status code, and is lost. */
  readonly code: number;
  /** The pod that answers on the stream; undefined when none has yet. */
  readonly pod: string | undefined;
  /** Index of the client that has opened the stream. */
  readonly client: number;
  /** Which kind of call the stream is, by its index in the load's specification. */
  readonly kind: number;
}

/** When a call really began, which a client that is behind its schedule delays, in ms of the lab's monotonic clock. */
export function beganMs({ startMs, lagMs = 0 }: CallRecord): number {
  return startMs + lagMs;
}

/** How long a call took from its real beginning, in ms. */
export function ownMs({ latencyMs, lagMs = 0 }: CallRecord): number {
  return latencyMs - lagMs;
}

/** When a call, or a message, ended, in ms of the lab's monotonic clock. */
export function endMs({ startMs, latencyMs }: Pick<CallRecord, "startMs" | "latencyMs">): number {
  return startMs + latencyMs;
}
