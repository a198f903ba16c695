import type { CallContext } from "../call-context.ts";
import { ConnectionsSeen } from "./connections-seen.ts";

/** Headers that are counted: the lab's own, and those that its traffic rules set. */
const COUNTED = /^x-lab-/;
/** The most values of one header that are counted, so that memory is bounded whatever clients send. */
const MOST_VALUES = 100;

/** What is looked at of a call. */
type Seen = Pick<CallContext, "metadata" | "peer">;

/** What the application has received since its start, or since it was told to {@link Received.forget}, whoever sent it and whatever became of it. */
export class Received {
  readonly #now: () => number;
  #calls = 0;
  #inFlight = 0;
  #mostInFlight = 0;
  #byMethod: Record<string, number> = {};
  #headers: Record<string, Record<string, number>> = {};
  #connections: ConnectionsSeen;

  /** @param now - a monotonic clock, in ms. */
  constructor(now = () => performance.now()) {
    this.#now = now;
    this.#connections = new ConnectionsSeen(now);
  }

  /** Counts a call until what `answer` returns has ended. */
  async during<T>(method: string, call: Seen, answer: () => Promise<T>): Promise<T> {
    this.#count(method, call);
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    try {
      return await answer();
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Counts from nothing again; calls that are under way stay so. */
  forget(): void {
    this.#calls = 0;
    this.#mostInFlight = this.#inFlight;
    this.#byMethod = {};
    this.#headers = {};
    this.#connections = new ConnectionsSeen(this.#now);
  }

  /** As stage-api's `ReceivedCalls` has it. */
  toJSON(): unknown {
    const { calls, mostInFlight } = { calls: this.#calls, mostInFlight: this.#mostInFlight };
    const { count: connections, longestMs: longestConnectionMs } = this.#connections;
    return {
      calls,
      byMethod: this.#byMethod,
      mostInFlight,
      headers: this.#headers,
      connections,
      longestConnectionMs,
    };
  }

  #count(method: string, { metadata, peer }: Seen): void {
    this.#calls += 1;
    this.#connections.add(peer);
    increase(this.#byMethod, method);
    for (const name of Object.keys(metadata.getMap())) {
      if (!COUNTED.test(name)) continue;
      this.#headers[name] ??= {};
      const values = this.#headers[name];
      // A header that is there several times is each of its values.
      for (const value of metadata.get(name).map(String)) {
        if (value in values || Object.keys(values).length < MOST_VALUES) increase(values, value);
      }
    }
  }
}

function increase(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
