import type { ServerResponse } from "node:http";
import { status } from "@grpc/grpc-js";
import { StatusError } from "@grpc-lb-lab/rpc";
import type { Snapshot } from "./snapshot.ts";

const INTERVAL_MS = 250;
const RETRY_MS = 1000;
const MOST_VIEWERS = 500;

interface Viewer {
  readonly response: ServerResponse;
  stalledMs: number;
}

/** Where the feed's snapshots come from. */
export interface SnapshotSource {
  /** The snapshot now; takes the samples, which are drawn once. */
  take(): Snapshot;
}

/**
 * Sends snapshots to any number of viewers as server-sent events, 4 a second, each made and written out once for all of them. Every
 * event is whole, so that whoever comes back needs nothing of what it missed; events are never further apart than a heartbeat would be.
 * Nothing runs while nobody looks.
 */
export class LiveFeed {
  readonly #source: SnapshotSource;
  readonly #longestStallMs: number;
  readonly #viewers = new Set<Viewer>();
  #timer: NodeJS.Timeout | undefined;
  #id = 0;
  /** While somebody looks: what a newcomer sees at once. */
  #latest: string | undefined;

  /** A viewer that takes nothing for `longestStallMs` (default 10,000) is dropped. */
  constructor(source: SnapshotSource, longestStallMs = 10_000) {
    this.#source = source;
    this.#longestStallMs = longestStallMs;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /**
   * Sends to a response until it closes or `signal` aborts, then ends it.
   * @throws {StatusError} RESOURCE_EXHAUSTED when too many look already.
   */
  async attach(response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (this.#viewers.size >= MOST_VIEWERS) throw new StatusError(status.RESOURCE_EXHAUSTED, "too many viewers");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`retry: ${RETRY_MS}\n\n`);
    const viewer = { response, stalledMs: 0 };
    this.#add(viewer);
    await ended(response, signal);
    this.#remove(viewer);
    response.end();
  }

  #add(viewer: Viewer): void {
    this.#viewers.add(viewer);
    this.#timer ??= setInterval(() => this.#send(), INTERVAL_MS);
    if (this.#latest === undefined) this.#send();
    else this.#write(viewer, this.#latest);
  }

  #remove(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#latest = undefined;
  }

  #send(): void {
    this.#latest = `id: ${++this.#id}\ndata: ${JSON.stringify(this.#source.take())}\n\n`;
    for (const viewer of this.#viewers) this.#write(viewer, this.#latest);
  }

  /** A viewer that still has to take an event misses this one. */
  #write(viewer: Viewer, event: string): void {
    if (!viewer.response.writableNeedDrain) {
      viewer.stalledMs = 0;
      viewer.response.write(event);
      return;
    }
    viewer.stalledMs += INTERVAL_MS;
    if (viewer.stalledMs >= this.#longestStallMs) viewer.response.destroy();
  }
}

async function ended(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("close", resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
}
