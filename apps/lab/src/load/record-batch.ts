import type { CallRow, LoadMessage, SeenPod } from "@grpc-lb-lab/stage/load-lines";
import type { Outcome } from "./caller.ts";

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
}

/** Gathers call records and hands them on in batches, naming each pod and each status message once. */
export class RecordBatch {
  #rows: CallRow[] = [];
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
  add({ startMs, lagMs, latencyMs, client, kind }: CallTimes, outcome: Outcome): void {
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
    ]);
    if (!this.#codesSeen.has(code)) {
      this.#codesSeen.add(code);
      this.#newMessages.push([code, outcome.message]);
    }
    if (this.#rows.length >= LARGEST_BATCH) this.flush();
  }

  flush(): void {
    if (this.#rows.length === 0) return;
    this.#write({ type: "calls", rows: this.#rows, pods: this.#newPods, messages: this.#newMessages });
    this.#rows = [];
    this.#newPods = [];
    this.#newMessages = [];
  }

  /** Flushes and stops. */
  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }

  #podIndex({ servedBy, echoed }: Outcome): number {
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
