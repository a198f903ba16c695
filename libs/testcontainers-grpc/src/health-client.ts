import { Client, credentials, type MethodDefinition, type ServiceError, status } from "@grpc/grpc-js";
import { service as health } from "grpc-health-check";
import type { GrpcHealthOptions } from "./options.ts";

/** `grpc.health.v1.Health/Check`, as its library has it: enums are their names. */
const CHECK = health.Check as unknown as MethodDefinition<{ service: string }, { status: string }>;

/** A channel to the health service at one address; disposing it closes the channel. */
export class HealthClient implements Disposable {
  readonly #client: Client;
  readonly #request: { service: string };

  /** @param retryMs how soon a connection that failed is tried again: gRPC's own backoff grows to two minutes. */
  constructor(address: string, retryMs: number, options: GrpcHealthOptions) {
    this.#request = { service: options.service ?? "" };
    this.#client = new Client(`dns:${address}`, options.credentials ?? credentials.createInsecure(), {
      "grpc.enable_http_proxy": 0, // The engine publishes the port: no proxy leads there.
      "grpc.initial_reconnect_backoff_ms": retryMs,
      "grpc.max_reconnect_backoff_ms": retryMs,
      "grpc.use_local_subchannel_pool": 1, // Another channel to this address may have a backoff of its own.
      ...options.channelOptions,
    });
  }

  /**
   * Asks once.
   * @returns the status of the answer (`SERVING`, `NOT_SERVING`, …), or why there is none: `UNAVAILABLE: No connection established …`.
   */
  check(deadlineMs: number): Promise<string> {
    const { path, requestSerialize, responseDeserialize } = CHECK;
    const deadline = Date.now() + deadlineMs;
    return new Promise((resolve) => {
      const answer = (error: ServiceError | null, response?: { status: string }) =>
        resolve(error === null ? (response?.status ?? "UNKNOWN") : `${status[error.code]}: ${error.details}`);
      this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, this.#request, { deadline }, answer);
    });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
