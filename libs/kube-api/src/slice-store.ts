import { randomUUID } from "node:crypto";
import type { EndpointSlice, SliceContent } from "./endpoint-slice.ts";

/** A change of one slice, as a watch reports it. */
export interface SliceEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly slice: EndpointSlice;
  readonly resourceVersion: number;
}

/** Settings of a {@link SliceStore}. */
export interface SliceStoreOptions {
  /** How many events can be replayed to a watch that starts in the past. Default 1,000. */
  readonly historySize?: number;
  /**
   * The version before the first change. Default: microseconds since 1970, so that versions also increase over a
   * restart of the process, as they do where etcd keeps them.
   */
  readonly firstResourceVersion?: number;
}

/**
 * EndpointSlices with a version for every change and a bounded history of changes: what etcd and the watch cache are
 * to a real API server.
 */
export class SliceStore {
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #listeners = new Set<(event: SliceEvent) => void>();
  readonly #historySize: number;
  #history: SliceEvent[] = [];
  #oldestResourceVersion: number;
  #resourceVersion: number;

  constructor(options: SliceStoreOptions = {}) {
    this.#historySize = options.historySize ?? 1_000;
    this.#resourceVersion = options.firstResourceVersion ?? microsecondsNow();
    this.#oldestResourceVersion = this.#resourceVersion;
  }

  /** The version of the latest change. */
  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** All slices, by namespace and name. */
  list(): EndpointSlice[] {
    return [...this.#slices.values()];
  }

  /** One slice, if it exists. */
  get(namespace: string, name: string): EndpointSlice | undefined {
    return this.#slices.get(`${namespace}/${name}`);
  }

  /** Stores a new slice. */
  create(namespace: string, name: string, labels: Readonly<Record<string, string>>, content: SliceContent): void {
    const uid = randomUUID();
    const creationTimestamp = `${new Date().toISOString().slice(0, 19)}Z`;
    const metadata = { name, namespace, uid, generation: 1, creationTimestamp, labels };
    this.#commit("ADDED", (resourceVersion) => ({ ...content, metadata: { ...metadata, resourceVersion } }));
  }

  /** Replaces the content of a stored slice. */
  update(slice: EndpointSlice, content: SliceContent): void {
    const generation = slice.metadata.generation + 1;
    this.#commit("MODIFIED", (resourceVersion) => ({
      ...content,
      metadata: { ...slice.metadata, generation, resourceVersion },
    }));
  }

  /** Deletes a stored slice; its DELETED event carries the version of the deletion, as the real one does. */
  delete(slice: EndpointSlice): void {
    this.#commit("DELETED", (resourceVersion) => ({ ...slice, metadata: { ...slice.metadata, resourceVersion } }));
  }

  /**
   * The events after a version, oldest first.
   *
   * @returns undefined when the history no longer reaches back to it: 410 Gone to the client.
   */
  eventsAfter(resourceVersion: number): SliceEvent[] | undefined {
    if (resourceVersion < this.#oldestResourceVersion) return undefined;
    return this.#history.filter((event) => event.resourceVersion > resourceVersion);
  }

  /** Forgets the history, as a compaction of etcd does, and moves the version on: every earlier version is expired. */
  compact(): void {
    this.#history = [];
    this.#oldestResourceVersion = ++this.#resourceVersion;
  }

  /** Calls back for each change from now on; the returned function ends that. */
  subscribe(listener: (event: SliceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #commit(type: SliceEvent["type"], build: (resourceVersion: string) => EndpointSlice): void {
    const resourceVersion = ++this.#resourceVersion;
    const slice = build(String(resourceVersion));
    const key = `${slice.metadata.namespace}/${slice.metadata.name}`;
    if (type === "DELETED") this.#slices.delete(key);
    else this.#slices.set(key, slice);
    this.#remember({ type, slice, resourceVersion });
  }

  #remember(event: SliceEvent): void {
    this.#history.push(event);
    if (this.#history.length > this.#historySize)
      this.#oldestResourceVersion = this.#history.shift()?.resourceVersion ?? this.#oldestResourceVersion;
    for (const listener of this.#listeners) listener(event);
  }
}

function microsecondsNow(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1_000);
}
