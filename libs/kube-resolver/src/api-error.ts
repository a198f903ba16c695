/** A request that the API server refused: an HTTP error status, or an ERROR event of a watch. */
export class ApiError extends Error {
  /** HTTP status code; for an ERROR event the code of its Status. */
  readonly statusCode: number;
  /** How long the API server asks to wait, if it does. */
  readonly retryAfterMs: number | undefined;

  constructor(statusCode: number, message: string, retryAfterMs?: number) {
    super(message);
    this.name = "ApiError";
    this.statusCode = statusCode;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An answer that cannot be understood: JSON that was cut short, or another program at the API server's address. */
export class MalformedAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedAnswerError";
  }
}
