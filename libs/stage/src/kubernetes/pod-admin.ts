import type { AppFault } from "../deployment/put-fault.ts";
import { InputError } from "../input-error.ts";
import { type KubeClient, KubeError } from "./kube-client.ts";
import { ADMIN_PORT, podProxyPath } from "./names.ts";

/** The admin ports of a namespace's pods, reached through the API server: pod addresses need not be. */
export class PodAdmin {
  readonly #client: KubeClient;
  readonly #namespace: string;
  /** Work that every call takes in every pod (`WORK_MS`), as a fault: it can be had without new pods. */
  readonly #workMs: number;

  constructor(client: KubeClient, namespace: string, workMs: number) {
    this.#client = client;
    this.#namespace = namespace;
    this.#workMs = workMs;
  }

  /**
   * Replaces the fault in force in a pod.
   * @throws {InputError} when the pod refuses it or does not answer.
   */
  async setFault(pod: string, fault: AppFault, signal: AbortSignal): Promise<void> {
    const latencyMs = (fault.latencyMs ?? 0) + this.#workMs;
    await this.#request("PUT", pod, "/faults", { ...fault, latencyMs }, signal).catch((error: Error) => {
      throw error instanceof KubeError
        ? new InputError(`pod ${pod} takes no fault ${JSON.stringify(fault)}: ${error.message}`, { cause: error })
        : error;
    });
  }

  /** Makes a pod that has just become ready as slow as the others; it may have gone again. */
  async setWork(pod: string, signal: AbortSignal): Promise<void> {
    if (this.#workMs > 0) await this.setFault(pod, {}, signal);
  }

  /** Ends every fault; pods that do not answer have lost theirs with their process. */
  async clear(pod: string, signal: AbortSignal): Promise<void> {
    await this.#request("PUT", pod, "/faults", {}, signal).catch(() => {});
  }

  /** Ends the pod's process, and with it the answer. */
  async crash(pod: string, signal: AbortSignal): Promise<void> {
    await this.#request("POST", pod, "/crash", undefined, signal).catch((error: unknown) => {
      // 502 and 503: the API server has lost the connection.
      if (!(error instanceof KubeError && error.status >= 500)) throw error;
    });
  }

  #request(method: "PUT" | "POST", pod: string, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    return this.#client.request(method, podProxyPath(this.#namespace, pod, ADMIN_PORT, path), { body, signal });
  }
}
