import { setTimeout as delay } from "node:timers/promises";
import { forgetPod, type KubeClient, type KubePod } from "@grpc-lb-lab/cluster";
import { ENDPOINT_LAG_MS } from "./kubernetes-timings.ts";

/** Pods that leave and need not drain, for no call that counts is made. */
export class LeavingPods {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #lagMs: number;
  /** Those that are to be forgotten already, by UID. */
  readonly #told = new Set<string | undefined>();

  /** @param lagMs - when everybody has heard of a withdrawal. */
  constructor(client: KubeClient, namespace: string, lagMs: number = ENDPOINT_LAG_MS) {
    this.#client = client;
    this.#namespace = namespace;
    this.#lagMs = lagMs;
  }

  /**
   * Has the API server forget pods once everybody has heard that they are withdrawn; else they stay for their preStop hook. Each is told once, and one that
   * was told before is passed over.
   * @throws {InputError} when pods may not be deleted; {@link KubeError} when one cannot be.
   */
  async forget(pods: readonly KubePod[], signal: AbortSignal): Promise<void> {
    const fresh = pods.filter(({ metadata }) => !this.#told.has(metadata.uid));
    if (fresh.length === 0) return;
    for (const { metadata } of fresh) this.#told.add(metadata.uid);
    await delay(this.#lagMs, undefined, { signal });
    await Promise.all(fresh.map((pod) => forgetPod(this.#client, this.#namespace, pod, signal)));
  }
}
