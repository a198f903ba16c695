import { setTimeout as delay } from "node:timers/promises";
import { ADMIN_PORT, type KubeClient, KubeError, podProxyPath } from "@grpc-lb-lab/cluster";
import { type ApplicationFault, InputError, type ReceivedCalls } from "@grpc-lb-lab/stage-api";

const AGAIN_AFTER_MS = 500;

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
  async setFault(pod: string, fault: ApplicationFault, signal: AbortSignal): Promise<void> {
    // A call that fails is no work (libs/rpc/src/work); where a part of the calls fail, those take it all the same.
    const workMs = fault.errorShare === 1 ? 0 : this.#workMs;
    const latencyMs = (fault.latencyMs ?? 0) + workMs;
    await this.#request("PUT", pod, "/faults", { ...fault, latencyMs }, signal).catch((error: Error) => {
      throw error instanceof KubeError
        ? new InputError(`pod ${pod} rejected the fault ${JSON.stringify(fault)}: ${error.message}`, { cause: error })
        : error;
    });
  }

  /** Makes a pod that has just become ready as slow as the others; it may have gone again. */
  async setWork(pod: string, signal: AbortSignal): Promise<void> {
    if (this.#workMs > 0) await this.setFault(pod, {}, signal);
  }

  /**
   * Ends every fault. A pod that has gone, or whose process has ended, has lost its faults with it.
   * @throws {InputError} with what to do when the pod cannot be told in time: then it stays slow.
   */
  async clear(pod: string, signal: AbortSignal): Promise<void> {
    let reason: unknown;
    do {
      try {
        await this.#request("PUT", pod, "/faults", {}, signal);
        return;
      } catch (error) {
        if (hasLostItsFaults(error)) return;
        if (!signal.aborted || reason === undefined) reason = error; // That the time is over is no reason.
      }
      await delay(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
    } while (!signal.aborted);
    throw this.#notCleared(pod, reason as Error);
  }

  /**
   * What a pod's application has received since {@link forgetReceived}.
   * @throws {InputError} when it does not tell.
   */
  received(pod: string, signal: AbortSignal): Promise<ReceivedCalls> {
    return this.#received("GET", pod, signal);
  }

  /**
   * Has a pod, which may be older than the deployment, count what it receives from nothing.
   * @throws {InputError} when it does not.
   */
  async forgetReceived(pod: string, signal: AbortSignal): Promise<void> {
    await this.#received("DELETE", pod, signal);
  }

  async #received(method: "GET" | "DELETE", pod: string, signal: AbortSignal): Promise<ReceivedCalls> {
    return this.#request<ReceivedCalls>(method, pod, "/received", undefined, signal).catch((error: Error) => {
      signal.throwIfAborted();
      throw new InputError(`pod ${pod} does not tell what it has received: ${error.message}`, { cause: error });
    });
  }

  /** Ends the pod's process, and with it the answer. */
  async crash(pod: string, signal: AbortSignal): Promise<void> {
    await this.#request("POST", pod, "/crash", undefined, signal).catch((error: unknown) => {
      // 502 and 503: the API server has lost the connection.
      if (!(error instanceof KubeError && error.status >= 500)) throw error;
    });
  }

  #notCleared(pod: string, error: Error): InputError {
    const remedy = `kubectl --context ${this.#client.context} -n ${this.#namespace} delete pod ${pod}`;
    return new InputError(
      `pod ${pod} may still have its fault, because it could not be reached (${error.message}); run ${remedy}`,
      {
        cause: error,
      },
    );
  }

  async #request<Answer>(
    method: "GET" | "PUT" | "POST" | "DELETE",
    pod: string,
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Answer> {
    const ask = () =>
      this.#client.request<Answer>(method, podProxyPath(this.#namespace, pod, ADMIN_PORT, path), { body, signal });
    const again = (error: unknown) => {
      if (method === "POST" || !hasLostItsConnection(error)) throw error;
      return ask();
    };
    return ask().catch(again).catch(again);
  }
}

/**
 * The API server keeps connections to pods, one to an earlier pod of the same address among them, and one may end just as it is used: a GET it repeats by
 * itself, others it does not.
 */
function hasLostItsConnection(error: unknown): boolean {
  return (
    error instanceof KubeError &&
    error.status === 503 &&
    /(EOF|connection reset by peer|broken pipe)$/.test(error.reason)
  );
}

/** The API server says 404 of a pod that has gone, and passes on that nobody listens on its port. */
function hasLostItsFaults(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 404 || error.message.includes("connection refused"));
}
