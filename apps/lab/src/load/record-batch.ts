import type { CallRow, LoadMessage, MessageRow, SeenPod } from "@grpc-lb-lab/stage/load-lines";
import type { Outcome } from "./caller.ts";
import type { TimedMessage } from "./message-log.ts";

/** Long enough that writing costs little, short enough that whoever waits for a record hardly notices. */
const FLUSH_INTERVAL_MS = 50;
const LARGEST_BATCH = 1_000;

/** When a call was meant to start, how much later it was started, how long after the former it ended, by which client, and of which kind it is. */
export interface CallTimes {
  readonly startMs: number;
  readonly lagMs: number;
  readonly latencyMs: number;
  readonly client: number;
  /** Which kind of call it is. */
  readonly kind: number;
  /** The number of a stream with records of its messages; undefined: it has none. */
  readonly stream?: number | undefined;
}

/** The stream that a message is of. */
export type MessageOf = Pick<CallTimes, "client" | "kind"> & { readonly stream: number };

/** Gathers records of calls, and of streams' messages, and hands them on in batches, naming each pod and each status message once. */
export class RecordBatch {
  #rows: CallRow[] = [];
  #streamed: MessageRow[] = [];
  #newPods: SeenPod[] = [];
  #newMessages: [number, string][] = [];
  readonly #podIndexes = new Map<string, number>();
  readonly #codesSeen = new Set<number>([0]);
  readonly #write: (message: LoadMessage) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(write: (message: LoadMessage) => void) {
    this.#write = write;
    this.#timer = setInterval(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  /** Takes the end of a call; `startMs` counts from the beginning of the schedule. */
  add({ startMs, lagMs, latencyMs, client, kind, stream = -1 }: CallTimes, outcome: Outcome): void {
    const { code, attempts } = outcome;
    this.#rows.push([
      toMicroseconds(startMs),
      toMicroseconds(latencyMs),
      code,
      this.#podIndex(outcome),
      attempts,
      client,
      outcome.cutShort ? 1 : 0,
      toMicroseconds(lagMs),
      kind,
      stream,
    ]);
    if (!this.#codesSeen.has(code)) {
      this.#codesSeen.add(code);
      this.#newMessages.push([code, outcome.message]);
    }
    this.#flushLarge();
  }

  /** Takes a message of a stream that was answered, or lost; `dueMs` counts from the beginning of the schedule. */
  addMessage({ stream, client, kind }: MessageOf, timed: TimedMessage, outcome: Pick<Outcome, "servedBy">): void {
    const { message, dueMs, latencyMs, code, lagMs } = timed;
    const [due, latency, lag] = [dueMs, latencyMs, lagMs].map(toMicroseconds) as [number, number, number];
    this.#streamed.push([stream, message, due, latency, code, this.#podIndex(outcome), lag, client, kind]);
    this.#flushLarge();
  }

  flush(): void {
    if (this.#rows.length === 0 && this.#streamed.length === 0) return;
    const [rows, streamed, pods, messages] = [this.#rows, this.#streamed, this.#newPods, this.#newMessages];
    this.#write({ type: "calls", rows, streamed, pods, messages });
    this.#rows = [];
    this.#streamed = [];
    this.#newPods = [];
    this.#newMessages = [];
  }

  /** Flushes and stops. */
  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }

  #flushLarge(): void {
    if (this.#rows.length + this.#streamed.length >= LARGEST_BATCH) this.flush();
  }

  #podIndex({ servedBy, echoed }: Pick<Outcome, "servedBy" | "echoed">): number {
    if (servedBy === undefined) return -1;
    const known = this.#podIndexes.get(servedBy.pod);
    if (known !== undefined) return known;
    const index = this.#podIndexes.size;
    this.#podIndexes.set(servedBy.pod, index);
    const { pod, zone, version } = servedBy;
    this.#newPods.push({ pod, zone, version, ...(echoed === undefined ? {} : { echoed }) });
    return index;
  }
}

/** Ms with three decimals: what is finer is noise, and would only lengthen the lines. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
