import { once } from "node:events";
import { setImmediate as immediate } from "node:timers/promises";
import type { ClientWritableStream } from "@grpc/grpc-js";

/** Carries requests on to a call, no faster than the backend takes them. */
export class RequestPump {
  #failure: unknown;
  #isRunning = false;

  /**
   * Why a call failed: `error`, unless the source of its requests did, which cancels the call. Who aborts with the failed source is heard first, so the
   * source gets one more turn.
   */
  async whyFailed(error: unknown): Promise<unknown> {
    if (this.#isRunning && this.#failure === undefined) await immediate();
    return this.#failure ?? error;
  }

  /** Runs until the requests end, their source fails, or `ended` says that the call is over. */
  async run<T>(requests: AsyncIterable<T>, call: ClientWritableStream<T>, ended: AbortSignal): Promise<void> {
    // Not `for await`: leaving that returns the iterator, which would destroy an HTTP request that still has to be answered.
    const iterator = requests[Symbol.asyncIterator]();
    this.#isRunning = true;
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        if (ended.aborted) return;
        if (!call.write(next.value)) await once(call, "drain", { signal: ended });
      }
      call.end();
    } catch (error) {
      if (ended.aborted) return;
      this.#failure = error;
      call.cancel();
    } finally {
      this.#isRunning = false;
    }
  }
}
