import type { ServerResponse } from "node:http";
import type { SliceRequest } from "./api-request.ts";
import type { SliceEvent, SliceStore } from "./slice-store.ts";
import { failure, type Status } from "./status.ts";
import { isSelected, toBookmark, toObject } from "./wire-format.ts";

const halfEvent = '{"type":"MODIFIED","object":{"kind":"EndpointSl';

/** How a {@link WatchStream} behaves apart from what the client asked for. */
export interface WatchStreamOptions {
  /** Time between bookmarks; a real API server sends one about every minute. */
  readonly bookmarkIntervalMs: number;
  /** Asked before each write; once true, the stream stays silent: to its client the connection is half-open. */
  readonly isStalled: () => boolean;
}

/**
 * One open watch: JSON lines of {type, object} in a chunked response, until the client goes, the time that it asked
 * for is over, or an ERROR event ends it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class WatchStream {
  readonly #response: ServerResponse;
  readonly #store: SliceStore;
  readonly #request: SliceRequest;
  readonly #options: WatchStreamOptions;
  #isSilent = false;

  constructor(response: ServerResponse, store: SliceStore, request: SliceRequest, options: WatchStreamOptions) {
    this.#response = response;
    this.#store = store;
    this.#request = request;
    this.#options = options;
  }

  /** Sends what happened since the requested version (all slices where none was given), then every change. */
  start(): void {
    this.#response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    const past = this.#pastEvents();
    if (past === undefined) {
      this.fail(expiredStatus(this.#request, this.#store));
      return;
    }
    for (const event of past) this.#sendEvent(event);
    this.#follow();
  }

  /** Sends an ERROR event with this Status and ends the response, as a watch does when its history is lost. */
  fail(status: Status): void {
    this.#send("ERROR", status);
    this.#response.end();
  }

  /** Ends the response with a last bookmark, as a watch does whose time is over. */
  end(): void {
    this.#sendBookmark();
    if (!this.#isSilent) this.#response.end();
  }

  /** Cuts the connection; in the middle of an event if asked. */
  cut(options: { readonly midLine: boolean }): void {
    this.#isSilent = true;
    if (options.midLine) this.#response.write(halfEvent, () => this.#response.destroy());
    else this.#response.destroy();
  }

  /** Sends a line that is no JSON. */
  garble(): void {
    this.#response.write(`${halfEvent}\n`);
  }

  #follow(): void {
    const unsubscribe = this.#store.subscribe((event) => this.#sendEvent(event));
    const bookmarks = setInterval(() => this.#sendBookmark(), this.#options.bookmarkIntervalMs);
    const timeout = setTimeout(() => this.end(), this.#request.timeoutMs);
    this.#response.once("close", () => {
      unsubscribe();
      clearInterval(bookmarks);
      clearTimeout(timeout);
    });
  }

  #pastEvents(): SliceEvent[] | undefined {
    const { resourceVersion } = this.#request;
    if (resourceVersion !== undefined) return this.#store.eventsAfter(resourceVersion);
    return this.#store
      .list()
      .map((slice) => ({ type: "ADDED", slice, resourceVersion: Number(slice.metadata.resourceVersion) }));
  }

  #sendEvent({ type, slice }: SliceEvent): void {
    if (isSelected(slice, this.#request)) this.#send(type, toObject(slice));
  }

  #sendBookmark(): void {
    if (this.#request.allowWatchBookmarks) this.#send("BOOKMARK", toBookmark(this.#store.resourceVersion));
  }

  #send(type: string, object: object): void {
    this.#isSilent ||= this.#options.isStalled() || this.#response.writableEnded;
    if (!this.#isSilent) this.#response.write(`${JSON.stringify({ type, object })}\n`);
  }
}

/** The 410 Status for a version that the history no longer reaches back to. */
export function expiredStatus(request: SliceRequest, store: SliceStore): Status {
  return failure(410, `too old resource version: ${request.resourceVersion} (${store.resourceVersion})`);
}
