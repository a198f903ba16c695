import type { AddressListener } from "@grpc-lb-lab/stage-api";
import type { Endpoint, EndpointRegistry } from "./endpoint-registry.ts";
import type { ProblemLog } from "./problem-log.ts";

/** Whose endpoints are told, and where it is told that they could not be. */
export interface AddressNewsOptions {
  readonly registry: EndpointRegistry;
  readonly problems: ProblemLog;
  readonly signal: AbortSignal;
}

/** Tells one listener the addresses of the ready pods as the registry publishes them: one change after the other, the newest where some are overtaken. */
export class AddressNews implements AsyncDisposable {
  readonly #options: AddressNewsOptions;
  readonly #listener: AddressListener;
  readonly #unfollow: () => void;
  #newest: readonly Endpoint[] | undefined;
  #told: string | undefined;
  #telling: Promise<void> | undefined;
  #held = false;

  private constructor(options: AddressNewsOptions, listener: AddressListener) {
    this.#options = options;
    this.#listener = listener;
    this.#unfollow = options.registry.follow((endpoints) => {
      this.#newest = endpoints;
      this.#tell();
    });
  }

  /** Resolves once the listener has taken the addresses of now. */
  static async start(options: AddressNewsOptions, listener: AddressListener): Promise<AddressNews> {
    const news = new AddressNews(options, listener);
    await news.#telling;
    return news;
  }

  /** While held, nothing is told; the newest addresses are when it ends. */
  hold(held: boolean): void {
    this.#held = held;
    this.#tell();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unfollow();
    this.#newest = undefined;
    await this.#telling;
  }

  /** What changes after the last look of {@link #tellAll} and before its end is told by another. */
  #tell(): void {
    if (this.#telling !== undefined || this.#news() === undefined) return;
    this.#telling = this.#tellAll().finally(() => {
      this.#telling = undefined;
      this.#tell();
    });
  }

  /** What is to be told now. */
  #news(): readonly Endpoint[] | undefined {
    return this.#held || this.#options.signal.aborted ? undefined : this.#newest;
  }

  async #tellAll(): Promise<void> {
    const { problems, signal } = this.#options;
    for (let endpoints = this.#news(); endpoints !== undefined; endpoints = this.#news()) {
      const ready = endpoints;
      const addresses = readyAddresses(ready);
      this.#newest = undefined;
      if (addresses.join() === this.#told) continue;
      this.#told = addresses.join();
      await this.#listener(addresses, (version) => readyAddresses(ready, version)).catch((error: Error) => {
        if (!signal.aborted) problems.add(`the ready pods' addresses could not be passed on: ${error.message}`);
      });
    }
  }
}

/** In the order of the pods' names, for they become ready in any order. */
function readyAddresses(endpoints: readonly Endpoint[], version?: string): string[] {
  const ready = endpoints.filter(
    (endpoint) => endpoint.ready && (version === undefined || endpoint.version === version),
  );
  return ready.toSorted((a, b) => a.pod.localeCompare(b.pod)).map(({ address }) => address);
}
