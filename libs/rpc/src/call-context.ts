import type { PeerCertificate } from "node:tls";
import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";

/** What a grpc-js server call tells, whatever its kind. */
interface ServerCall
  extends Pick<ServerUnaryCall<unknown, unknown>, "metadata" | "cancelled" | "getPeer" | "getHost" | "getAuthContext"> {
  once(event: "cancelled", listener: () => void): unknown;
}

/** A call as its handler sees it. */
export class CallContext {
  readonly #call: ServerCall;
  #controller: AbortController | undefined;

  constructor(call: ServerCall) {
    this.#call = call;
  }

  /** What the client sent as headers. */
  get metadata(): Metadata {
    return this.#call.metadata;
  }

  /** The address and port of the connection's other end: the client, or a proxy before it. "unknown" once the connection is gone. */
  get peer(): string {
    return this.#call.getPeer();
  }

  /** Whom the client wanted to reach: HTTP/2's `:authority`. */
  get host(): string {
    return this.#call.getHost();
  }

  /** The certificate by which the client proved who it is (mutual TLS); undefined without one. */
  get peerCertificate(): PeerCertificate | undefined {
    return this.#call.getAuthContext().sslPeerCertificate;
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
