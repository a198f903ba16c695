import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import type { Metadata } from "@grpc/grpc-js";
import { carriedTrailers, isServiceError } from "../backend/service-error.ts";

const DETAILS_KEY = "grpc-status-details-bin";

/** The failed end of a call as Connect and gRPC-Web tell it: code, message, details and the application's trailers. Other errors stay as they are. */
export function toConnectError(error: unknown): unknown {
  if (error instanceof ConnectError || !isServiceError(error)) return error;
  const trailers = carriedTrailers(error);
  const details = detailsOf(trailers);
  trailers.remove(DETAILS_KEY);
  const code = error.code in Code ? (error.code as number as Code) : Code.Unknown;
  return Object.assign(new ConnectError(error.details, code, headersOf(trailers)), { details });
}

/** `google.rpc.Status`, which gRPC carries beside the code (https://grpc.io/docs/guides/error/#richer-error-model). */
function detailsOf(trailers: Metadata): ConnectError["details"] {
  const [bytes] = trailers.get(DETAILS_KEY);
  if (!Buffer.isBuffer(bytes)) return [];
  try {
    return findTrailerError(new Headers({ [DETAILS_KEY]: base64(bytes) }))?.details ?? [];
  } catch {
    return []; // No google.rpc.Status; code and message are told without it.
  }
}

function headersOf(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const key of Object.keys(metadata.getMap()))
    for (const value of metadata.get(key)) headers.append(key, Buffer.isBuffer(value) ? base64(value) : value);
  return headers;
}

/** Without padding, as gRPC sends it. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
