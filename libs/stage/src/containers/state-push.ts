import { setTimeout as delay } from "node:timers/promises";

const RETRY_MS = 100;
const PATIENCE_MS = 1_000;

/** How states reach a service, and who is told when it refuses one. */
export interface StatePushOptions {
  /** `PUT` there; asked anew for each attempt. */
  readonly url: () => string;
  readonly refused: (reason: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Tells a service its newest state: never blocks, skips states that are overtaken, and tries again while the service cannot be
 * reached. It is the link of a cluster's control plane to a part of it.
 */
export class StatePush {
  readonly #options: StatePushOptions;
  #newest: string | undefined;
  #pushing = false;
  #held = false;

  constructor(options: StatePushOptions) {
    this.#options = options;
  }

  set(state: object): void {
    this.#newest = JSON.stringify(state);
    void this.#push();
  }

  /** While held, nothing is told; the newest state is when it ends. */
  hold(held: boolean): void {
    this.#held = held;
    void this.#push();
  }

  async #push(): Promise<void> {
    if (this.#pushing) return;
    this.#pushing = true;
    const { signal } = this.#options;
    while (this.#newest !== undefined && !this.#held && !signal.aborted) {
      const state = this.#newest;
      const arrived = await this.#put(state);
      if (arrived && this.#newest === state) this.#newest = undefined;
      if (!arrived) await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#pushing = false;
  }

  async #put(state: string): Promise<boolean> {
    const { url, refused, signal } = this.#options;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      const response = await fetch(url(), { method: "PUT", body: state, signal: patience });
      const answer = await response.text();
      if (!response.ok) refused(answer);
      return true;
    } catch {
      return false;
    }
  }
}
