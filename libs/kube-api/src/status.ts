/**
 * The answer of an API server that is no object (`meta/v1.Status`).
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Record<string, never>;
  readonly status: "Failure";
  readonly message: string;
  readonly reason: string;
  readonly code: number;
  readonly details?: { readonly retryAfterSeconds?: number };
}

/** `reason` of a Status for the codes that this server uses (`k8s.io/apimachinery/pkg/apis/meta/v1`). */
const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  410: "Expired",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/**
 * Builds the Status for an HTTP status code.
 *
 * @param retryAfterSeconds when given, the client is asked to wait that long (also sent as `Retry-After`).
 */
export function failure(code: number, message: string, retryAfterSeconds?: number): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: reasons[code] ?? "Unknown",
    code,
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
  };
}

/** A failed request: thrown by handlers, answered as its {@link Status} with that status code. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(code: number, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = "StatusError";
    this.status = failure(code, message, retryAfterSeconds);
  }
}
