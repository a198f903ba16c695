import type { SliceStore } from "./slice-store.ts";
import { failure, StatusError } from "./status.ts";
import type { WatchStream } from "./watch-stream.ts";

/** What can be made to go wrong at a {@link KubeApi}, to try clients with. */
export class Faults {
  /** Refuses requests for slices with 401 (as with an expired token) or 403 (as without a Role). Default: undefined, no. */
  refuse: "unauthorized" | "forbidden" | undefined;
  /**
   * While true, requests get no answer and open watches no byte, but their connections stay open. What came meanwhile
   * stays unanswered afterwards, as on a half-open connection. Default false.
   */
  stalled = false;
  /** Whether a watch that starts too far back gets HTTP 410, as from etcd, or an ERROR event, as from the watch cache. */
  expiredAnswer: "status" | "event" = "event";
  readonly #store: SliceStore;
  readonly #watches: ReadonlySet<WatchStream>;
  #failures: StatusError[] = [];
  #truncations = 0;

  /** @internal */
  constructor(store: SliceStore, watches: ReadonlySet<WatchStream>) {
    this.#store = store;
    this.#watches = watches;
  }

  /** The next `count` requests fail with this status code; `retryAfterSeconds` is sent along when given. */
  failNext(count: number, statusCode: number, retryAfterSeconds?: number): void {
    const message = `fault injected: ${statusCode}`;
    this.#failures = Array.from({ length: count }, () => new StatusError(statusCode, message, retryAfterSeconds));
  }

  /** The next `count` list answers end in the middle of the JSON, in a response that is complete as HTTP. */
  truncateNextLists(count: number): void {
    this.#truncations = count;
  }

  /** Cuts the connections of all open watches; `midLine`: after half an event. Default false. */
  cutWatches(options: { readonly midLine?: boolean } = {}): void {
    for (const watch of this.#watches) watch.cut({ midLine: options.midLine ?? false });
  }

  /** Sends a line of truncated JSON on all open watches, which stay open. */
  garbleWatches(): void {
    for (const watch of this.#watches) watch.garble();
  }

  /** Ends all open watches in good order, as their `timeoutSeconds` would. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end();
  }

  /**
   * Forgets the history, so that a watch from an earlier version gets 410 Gone; `tellWatches`: open ones get it, too, as
   * an ERROR event. Default false.
   */
  expireHistory(options: { readonly tellWatches?: boolean } = {}): void {
    this.#store.compact();
    if (options.tellWatches !== true) return;
    for (const watch of this.#watches)
      watch.fail(failure(410, "The resourceVersion for the provided watch is too old."));
  }

  /**
   * Whether this list answer is to be cut short.
   *
   * @internal
   */
  takeTruncation(): boolean {
    if (this.#truncations === 0) return false;
    this.#truncations -= 1;
    return true;
  }

  /**
   * Fails a request that is to fail.
   *
   * @throws StatusError with what was asked for.
   * @internal
   */
  throwNextFailure(): void {
    const next = this.#failures.shift();
    if (next !== undefined) throw next;
  }
}
