/** What a client of the HTTP port may cost. */
export interface HttpLimits {
  readonly maxConnections: number;
  /** Of a request's body, or of one message of a Connect or gRPC-Web call. */
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  /** How long a request's headers may take to arrive, and its body. */
  readonly requestTimeoutMs: number;
  /** The longest that a call may take; what is then left of an exchange is cut after `requestTimeoutMs` more. */
  readonly longestCallMs: number;
}
