import { type Metadata, type ServiceError, status } from "@grpc/grpc-js";

/** Of `vi.waitFor`: long enough for a busy machine; what is waited for ends the wait. */
export const PATIENT = { timeout: 60_000, interval: 5 };

/** A callback as gRPC's clients take it, and the promise of what it is called with: the response, or the error. */
export function settled<T>(): {
  callback: (error: ServiceError | null, response?: T) => void;
  ended: Promise<T | ServiceError>;
} {
  const { promise, resolve } = Promise.withResolvers<T | ServiceError>();
  return { callback: (error, response) => resolve(error ?? (response as T)), ended: promise };
}

/** The end of a streaming call: its messages and its status. */
export interface StreamEnd<T> {
  readonly messages: readonly T[];
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata | undefined;
}

/** Reads a stream to its end, which is never an exception here. */
export async function readAll<T>(
  stream: AsyncIterable<T> & { on(event: "status", listener: (end: ServiceError) => void): unknown },
): Promise<StreamEnd<T>> {
  const messages: T[] = [];
  let end: { code: status; details: string; metadata?: Metadata } = { code: status.OK, details: "" };
  stream.on("status", (final) => {
    end = final;
  });
  try {
    for await (const message of stream) messages.push(message);
  } catch (error) {
    end = error as ServiceError;
  }
  return { messages, code: end.code, details: end.details, metadata: end.metadata };
}
