/** An endpoint as the control plane of a cluster sees it: the conditions of an EndpointSlice's endpoint. */
export interface Endpoint {
  readonly pod: string;
  readonly address: string;
  readonly zone: string;
  readonly node: string;
  readonly version: string;
  /** Takes new traffic. */
  readonly ready: boolean;
  /** Would answer, though it may be terminating. */
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** Told the endpoints that are published, at once and after every change. */
export type EndpointListener = (endpoints: readonly Endpoint[]) => void;

/**
 * The one source of endpoints of a local deployment: DNS, forwarder, EndpointSlices and xDS are all fed from it, so that no mode is
 * flattered. An endpoint that comes is published at once, one that goes `lagMs` later, as it takes a cluster to notice.
 */
export class EndpointRegistry implements Disposable {
  readonly #lagMs: number;
  readonly #published = new Map<string, Endpoint>();
  readonly #pending = new Map<string, Set<NodeJS.Timeout>>();
  readonly #listeners = new Set<EndpointListener>();

  constructor(lagMs: number) {
    this.#lagMs = lagMs;
  }

  /** The endpoints as published now. */
  get endpoints(): readonly Endpoint[] {
    return [...this.#published.values()];
  }

  /** Those of them that take new traffic. */
  get readyEndpoints(): readonly Endpoint[] {
    return this.endpoints.filter(({ ready }) => ready);
  }

  /** Calls `listener` now and after every published change; returns a function that ends this. */
  follow(listener: EndpointListener): () => void {
    this.#listeners.add(listener);
    listener(this.endpoints);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a pod's new state. */
  set(endpoint: Endpoint): void {
    if (endpoint.ready) this.#cancelPending(endpoint.pod);
    this.#publish(endpoint.pod, !endpoint.ready, () => this.#published.set(endpoint.pod, endpoint));
  }

  /** Takes the end of a pod. */
  remove(pod: string): void {
    this.#publish(pod, true, () => this.#published.delete(pod));
  }

  [Symbol.dispose](): void {
    for (const pod of [...this.#pending.keys()]) this.#cancelPending(pod);
    this.#listeners.clear();
  }

  /** Each change that takes an endpoint away waits its own lag: a later one neither hurries nor delays it. */
  #publish(pod: string, lagging: boolean, change: () => void): void {
    if (lagging) this.#later(pod, () => this.#apply(change));
    else this.#apply(change);
  }

  #apply(change: () => void): void {
    change();
    const endpoints = this.endpoints;
    for (const listener of this.#listeners) listener(endpoints);
  }

  #later(pod: string, apply: () => void): void {
    const timer = setTimeout(() => {
      this.#pending.get(pod)?.delete(timer);
      apply();
    }, this.#lagMs);
    const timers = this.#pending.get(pod) ?? new Set();
    this.#pending.set(pod, timers.add(timer));
  }

  #cancelPending(pod: string): void {
    for (const timer of this.#pending.get(pod) ?? []) clearTimeout(timer);
    this.#pending.delete(pod);
  }
}
