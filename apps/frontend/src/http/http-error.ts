import { status } from "@grpc/grpc-js";
import { isServiceError } from "../backend/service-error.ts";

/** The published mapping: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto ("HTTP Mapping"). */
const HTTP_STATUS: Readonly<Record<status, number>> = {
  [status.OK]: 200,
  [status.CANCELLED]: 499,
  [status.UNKNOWN]: 500,
  [status.INVALID_ARGUMENT]: 400,
  [status.DEADLINE_EXCEEDED]: 504,
  [status.NOT_FOUND]: 404,
  [status.ALREADY_EXISTS]: 409,
  [status.PERMISSION_DENIED]: 403,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.FAILED_PRECONDITION]: 400,
  [status.ABORTED]: 409,
  [status.OUT_OF_RANGE]: 400,
  [status.UNIMPLEMENTED]: 501,
  [status.INTERNAL]: 500,
  [status.UNAVAILABLE]: 503,
  [status.DATA_LOSS]: 500,
  [status.UNAUTHENTICATED]: 401,
};

/** The HTTP status that stands for a gRPC status code; 500 for one that gRPC does not know. */
export function httpStatus(code: number): number {
  return HTTP_STATUS[code as status] ?? 500;
}

/** What an error's response has beside code and message. */
export interface HttpErrorOptions {
  /** Default: what the gRPC code maps to. */
  readonly httpStatus?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is an error, meant as it is. Its HTTP status is the code's unless another one says more (405, 413). */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly code: status;
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: status, message: string, options: HttpErrorOptions = {}) {
    super(message);
    this.code = code;
    this.httpStatus = options.httpStatus ?? httpStatus(code);
    this.headers = options.headers ?? {};
  }
}

/**
 * What a thrown value is as an answer: an {@link HttpError} as it is, a failed call by its status; anything else is a defect, `undefined` here.
 */
export function toHttpError(thrown: unknown): HttpError | undefined {
  if (thrown instanceof HttpError) return thrown;
  return isServiceError(thrown) ? new HttpError(thrown.code, thrown.details) : undefined;
}

/** The body of an error: `{code, message, requestId}`, the code by its gRPC name. */
export function errorBody({ code, message }: HttpError, requestId: string) {
  return { code: status[code], message, requestId };
}
