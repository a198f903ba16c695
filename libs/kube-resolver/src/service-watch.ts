import { setTimeout as delay } from "node:timers/promises";
import { experimental, logVerbosity } from "@grpc/grpc-js";
import type { ApiAddress } from "./api-client.ts";
import { ApiError, MalformedAnswerError } from "./api-error.ts";
import { Backoff } from "./backoff.ts";
import type { EndpointSlice } from "./endpoint-slice.ts";
import { explainFailure } from "./explain-failure.ts";
import type { KubernetesResolverOptions } from "./options.ts";
import { isOlder, isVersionLost, VersionWentBackError } from "./resource-version.ts";
import { SliceClient, type SliceEvent } from "./slice-client.ts";

/** What is watched, and how. */
export interface ServiceWatchOptions {
  readonly namespace: string;
  readonly service: string;
  /** Where the API server is and what to show it; called for each request, because credentials rotate. May throw. */
  readonly locate: () => ApiAddress;
  /** Time limits and backoff. */
  readonly settings: KubernetesResolverOptions;
}

/** The latest that is known of a Service. */
export interface ServiceState {
  /** Its slices; undefined: never listed so far. */
  readonly slices: readonly EndpointSlice[] | undefined;
  /** Why nothing newer can be had; undefined: no problem. */
  readonly failure: string | undefined;
}

// A watch that ends sooner than this, without an event, counts as failed: something between ends every one.
const minWatchMs = 1_000;
const maxRetryAfterMs = 300_000;
// A share of the time that a silent watch is checked after, by which clients differ: not all are to ask at once.
const checkJitter = 0.2;

/**
 * Follows the slices of one Service until it is stopped: lists them once, then watches, and when a watch ends watches on
 * from the latest version that it saw. It lists again only when that version is lost ({@link isVersionLost}) or an event was unreadable. A watch
 * cache accepts a watch from a version of the future and stays silent, so a silent watch is checked now and then.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class ServiceWatch {
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  readonly #client: SliceClient;
  readonly #onChange: () => void;
  readonly #options: ServiceWatchOptions;
  #failure: string | undefined;
  #resourceVersion: string | undefined;
  #server: URL | undefined;
  #slices: Map<string, EndpointSlice> | undefined;

  /** @param onChange called after each change of the state, not before the constructor has returned. */
  constructor(options: ServiceWatchOptions, onChange: () => void) {
    const { namespace, service, settings } = options;
    const { initialBackoffMs = 250, maxBackoffMs = 30_000 } = settings;
    const { responseTimeoutMs = 10_000, idleTimeoutMs = 90_000 } = settings;
    this.#backoff = new Backoff({ initialMs: initialBackoffMs, maxMs: maxBackoffMs });
    this.#client = new SliceClient(namespace, service, { responseTimeoutMs, idleTimeoutMs });
    this.#onChange = onChange;
    this.#options = options;
    setImmediate(() => void this.#run(this.#abort.signal));
  }

  /** The latest that is known. */
  get state(): ServiceState {
    return { slices: this.#slices && [...this.#slices.values()], failure: this.#failure };
  }

  /** Closes the connections; `onChange` is not called any more. */
  stop(): void {
    this.#abort.abort();
    this.#client.close();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const verb = this.#resourceVersion === undefined ? "list" : "watch";
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        else await this.#watch(this.#resourceVersion, signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error, verb, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { slices, resourceVersion } = await this.#client.list(this.#locate(), signal);
    this.#slices = new Map(slices.map((slice) => [slice.metadata.name, slice]));
    this.#resourceVersion = resourceVersion;
    this.#failure = undefined;
    this.#onChange();
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const wentBack = new AbortController();
    const ending = AbortSignal.any([signal, wentBack.signal]);
    const events = await this.#client.watch(this.#locate(), resourceVersion, ending);
    const openedMs = performance.now();
    let isHealthy = false;
    this.#clearFailure();
    const check = this.#checkInSilence(wentBack, signal);
    try {
      for await (const batch of events) {
        isHealthy = true;
        this.#apply(batch);
        check.refresh();
      }
    } catch (error) {
      throw wentBack.signal.aborted ? wentBack.signal.reason : error;
    } finally {
      clearTimeout(check);
      isHealthy ||= performance.now() - openedMs > minWatchMs;
      if (isHealthy) this.#backoff.reset();
    }
    if (!isHealthy) throw new Error("the watch ended as soon as it opened");
  }

  /** Asks for the API server's version after each time of silence, and aborts `wentBack` when that is older than what was seen. */
  #checkInSilence(wentBack: AbortController, signal: AbortSignal): NodeJS.Timeout {
    const { silenceCheckMs = 45_000 } = this.#options.settings;
    const check = async () => {
      const told = await this.#client.currentVersion(this.#options.locate(), signal);
      const known = this.#resourceVersion;
      if (known !== undefined && isOlder(told, known)) wentBack.abort(new VersionWentBackError(known, told));
    };
    const timer = setTimeout(
      // What a check fails with, the watch itself will find.
      () =>
        void check()
          .catch(() => undefined)
          .then(() => timer.refresh()),
      silenceCheckMs * (1 + checkJitter * Math.random()),
    );
    return timer.unref();
  }

  #locate(): ApiAddress {
    this.#server = undefined;
    const address = this.#options.locate();
    this.#server = address.server;
    return address;
  }

  #apply(batch: readonly SliceEvent[]): void {
    if (this.#abort.signal.aborted || this.#slices === undefined) return;
    for (const { type, object } of batch) {
      const { resourceVersion } = object.metadata;
      const known = this.#resourceVersion;
      if (known !== undefined && isOlder(resourceVersion, known))
        throw new VersionWentBackError(known, resourceVersion);
      this.#resourceVersion = resourceVersion;
      if (type === "DELETED") this.#slices.delete(object.metadata.name);
      else if (type !== "BOOKMARK") this.#slices.set(object.metadata.name, object);
    }
    this.#onChange();
  }

  async #recover(error: unknown, verb: "list" | "watch", signal: AbortSignal): Promise<void> {
    const isLost = isVersionLost(error);
    const isFirstFailure = this.#backoff.isFresh;
    const backoffMs = this.#backoff.next();
    if (isLost || error instanceof MalformedAnswerError) this.#resourceVersion = undefined;
    // An expired version is part of normal life (it follows a long silence), so the first one costs no wait.
    if (isLost && isFirstFailure) return;
    this.#setFailure(error, verb);
    const retryAfterMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    const waitMs = Math.max(backoffMs, Math.min(retryAfterMs, maxRetryAfterMs));
    await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
  }

  #setFailure(error: unknown, verb: "list" | "watch"): void {
    const { namespace, service } = this.#options;
    this.#failure = explainFailure(error, { verb, namespace, server: this.#server });
    experimental.log(logVerbosity.INFO, `kube-resolver: Service ${namespace}/${service}: ${this.#failure}`);
    this.#onChange();
  }

  #clearFailure(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#onChange();
  }
}
