import type { CallRecord, MessageRecord, RateChange } from "@grpc-lb-lab/measure";
import type { App, Method } from "./app.ts";

/** The longest that a load may run, so that a forgotten one ends by itself: 10 minutes. */
export const LONGEST_LOAD_MS = 600_000;

/**
 * What a load is to do: either `rate` (open loop: calls per second by schedule, whatever the answers do) or `inFlight` (closed loop: that many
 * calls at once, each followed by the next). It ends after `calls`, after `durationMs`, or when told to stop, whichever comes first. A stream without an
 * end of its own ({@link StreamMessages}) goes on until `durationMs` has passed, or the load is told to stop.
 */
export interface LoadSpec {
  readonly rate?: number | undefined;
  /**
   * How the calls of an open loop are spaced: evenly, or at random as those of many callers are (a Poisson process). Default `even`. Two even
   * loads of one rate on one rotation are in step: each meets the same half of the pods for ever.
   */
  readonly arrivals?: "even" | "random" | undefined;
  readonly inFlight?: number | undefined;
  readonly calls?: number | undefined;
  /** Default: {@link LONGEST_LOAD_MS}. */
  readonly durationMs?: number | undefined;
  /** Channels, each with connections of its own, as so many client pods would have. Default 1. */
  readonly clients?: number | undefined;
  /** The application whose methods are called. Default: the one that the deployment's pods run; `greeter` where there is no deployment. */
  readonly app?: App | undefined;
  /** The `name` that is greeted, or the message that is echoed. Default `lab`. */
  readonly name?: string | undefined;
  readonly warmUp?: WarmUp | undefined;
  /** What calls are like, in turns: the first is of the first kind, the next of the second, and so on. Records name it by its index. Default: one kind. */
  readonly kinds?: readonly CallKind[] | undefined;
}

/** What a call is like. */
export interface CallKind {
  /** Default `SayHello`, for which `Echo` stands where the pods run echo. */
  readonly method?: Method | undefined;
  /**
   * The messages of a stream, each with a record of its own; not of `SayHello`. Default: a stream has one message, which has none, and its call is like a
   * unary one.
   */
  readonly messages?: StreamMessages | undefined;
  /** Request metadata; a value `{{n}}` becomes the number of the call, so that each has another. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Default: the client's (`BACKEND_DEADLINE_MS`); none of a call with `messages`, which lasts as long as they do. */
  readonly deadlineMs?: number | undefined;
}

/**
 * When the messages of a stream are due: the first when the stream is to start, the next ones at an interval. The client sends those of `SayHelloToMany` and
 * `Chat`, the pod those of `SayHelloStream`.
 */
export interface StreamMessages {
  /** From one to the next, a whole number: as the greeter's `interval_ms` is. */
  readonly everyMs: number;
  /** How many, after which the stream ends by itself. Default: it goes on until the load ends. */
  readonly count?: number | undefined;
}

/** What comes before counting. */
export interface WarmUp {
  /** Each client calls, uncounted, until so many different pods have answered it (default 1) … */
  readonly distinctPods?: number | undefined;
  /** … and it has made so many calls (default 20) … */
  readonly calls?: number | undefined;
  /** … or this time has passed (default 5 s). */
  readonly maxMs?: number | undefined;
}

/** How a load is followed. */
export interface LoadOptions {
  /** Records of calls that ended longer ago are dropped; default: all are kept. For loads that nobody sums up. */
  readonly keepMs?: number;
}

/** A pod as its answers tell of it. */
export interface SeenPod {
  readonly zone: string;
  readonly version: string;
  /** Its first answer that counts, where that tells what the request was like when it arrived: headers, authority, peer. Left out: the application does not. */
  readonly echoed?: string | undefined;
}

/** A load under way in a program of its own. */
export interface LoadRun extends AsyncDisposable {
  /** When the schedule began, on the lab's clock. Warm-up calls came before. */
  readonly beganAtMs: number;
  /** Records so far, in order of their ends; grows. A stream has one when it has ended. */
  readonly records: readonly CallRecord[];
  /** Messages of streams so far, in order of their answers; grows. They tell of a stream as long as it lives. */
  readonly messages: readonly MessageRecord[];
  /** Pods seen in answers, by their names. */
  readonly seenPods: ReadonlyMap<string, SeenPod>;
  /**
   * Asks `hasCome` with the records so far, then with those of each batch that comes, each record once, and resolves as soon as it says so. A batch may have
   * messages of streams alone, and no records.
   * Rejects when the load ends or `signal` aborts before, and with what `hasCome` throws.
   */
  waitFor(hasCome: (fresh: readonly CallRecord[]) => boolean, signal: AbortSignal): Promise<void>;
  /**
   * Has an open loop go on with so many calls a second, and resolves when it does. Calls that were due until then stay due.
   * Rejects when the load ends before, as a closed loop does that is asked.
   */
  setRate(ratePerSecond: number): Promise<void>;
  /**
   * Stops new calls, lets those in flight end, and resolves as `done` does. Streams that have no end by themselves are ended: the client half-closes its side,
   * or cancels a stream that the pod alone sends on. That is no failure.
   */
  stop(): Promise<LoadSummary>;
  /** Resolves when the specification is fulfilled and every record is here. */
  readonly done: Promise<LoadSummary>;
}

/** What is known of a load once it is done. */
export interface LoadSummary {
  readonly warmUpCalls: number;
  /** Whether every pod that was waited for had answered when counting began. */
  readonly warmedUp: boolean;
  /** First message of each gRPC status code that occurred. */
  readonly firstMessages: ReadonlyMap<number, string>;
  /** How the rate was changed, in order, on the lab's clock. */
  readonly rateChanges: readonly RateChange[];
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number };
}
