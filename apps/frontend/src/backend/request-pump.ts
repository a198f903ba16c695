import { once } from "node:events";
import type { ClientWritableStream } from "@grpc/grpc-js";

/** Carries requests on to a call, no faster than the backend takes them. */
export class RequestPump {
  #failure: unknown;

  /** Why the requests stopped coming, when their source failed; the call is cancelled then. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Runs until the requests end, their source fails, or `ended` says that the call is over. */
  async run<T>(requests: AsyncIterable<T>, call: ClientWritableStream<T>, ended: AbortSignal): Promise<void> {
    // Not `for await`: leaving that returns the iterator, which would destroy an HTTP request that still has to be answered.
    const iterator = requests[Symbol.asyncIterator]();
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
    }
  }
}
