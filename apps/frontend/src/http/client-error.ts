import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { status } from "@grpc/grpc-js";
import { errorBody, HttpError } from "./http-error.ts";
import { requestIdOf } from "./request-id.ts";

/** Answers bytes that never became a request: headers too long (431) or too slow (408), or no HTTP at all (400). */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const answer = explain(error);
  const body = `${JSON.stringify(errorBody(answer, requestIdOf({ headers: {} })))}\n`;
  const head = [
    `HTTP/1.1 ${answer.httpStatus} ${STATUS_CODES[answer.httpStatus]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "x-content-type-options: nosniff",
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function explain({ code }: NodeJS.ErrnoException): HttpError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new HttpError(status.RESOURCE_EXHAUSTED, "the headers are too long", { httpStatus: 431 });
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new HttpError(status.RESOURCE_EXHAUSTED, "the chunk extensions are too long", { httpStatus: 413 });
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new HttpError(status.DEADLINE_EXCEEDED, "the headers did not come in time", { httpStatus: 408 });
    default:
      return new HttpError(status.INVALID_ARGUMENT, "this is not an HTTP/1.1 request");
  }
}
