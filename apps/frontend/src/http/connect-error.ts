import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
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
    return readDetails(new BinaryReader(bytes));
  } catch {
    return []; // No google.rpc.Status; code and message are told without it.
  }
}

/** Field 3 of google.rpc.Status, `repeated google.protobuf.Any details`; code and message stand in the trailers, too. */
const DETAILS_FIELD = 3;

function readDetails(status: BinaryReader): ConnectError["details"] {
  const details: ConnectError["details"] = [];
  while (status.pos < status.len) {
    const [field, wireType] = status.tag();
    if (field === DETAILS_FIELD && wireType === WireType.LengthDelimited) {
      const { typeUrl, value } = fromBinary(AnySchema, status.bytes());
      details.push({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value });
    } else status.skip(wireType, field);
  }
  return details;
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
