import type { Metadata, status } from "@grpc/grpc-js";

/** An end of a call that is meant: thrown by a handler, it reaches the client as it is (`grpc-status`, `grpc-message`). */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata | undefined;

  constructor(code: status, details: string, metadata?: Metadata) {
    super(details);
    this.code = code;
    this.details = details;
    this.metadata = metadata;
  }
}
