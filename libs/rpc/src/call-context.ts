import type { Metadata } from "@grpc/grpc-js";

/** What a grpc-js server call tells, whatever its kind. */
interface Cancellable {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  once(event: "cancelled", listener: () => void): unknown;
}

/** A call as its handler sees it. */
export class CallContext {
  readonly #call: Cancellable;
  #controller: AbortController | undefined;

  constructor(call: Cancellable) {
    this.#call = call;
  }

  /** What the client sent as headers. */
  get metadata(): Metadata {
    return this.#call.metadata;
  }

  /** Aborts when the client cancels, the deadline passes or the connection breaks. Made on first use: most unary calls never ask. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.#call.cancelled) controller.abort();
      else this.#call.once("cancelled", () => controller.abort());
    }
    return this.#controller.signal;
  }
}
