// Imports nothing, so that a command line can check its options without loading gRPC.

/** Load balancing policies that a client may ask for by name: grpc-js's own, and those of libs/lb-policies. The values of `BACKEND_LB_POLICY`. */
export const LB_POLICIES = ["pick_first", "round_robin", "weighted_round_robin", "least_request", "peak_ewma"] as const;
/** One of {@link LB_POLICIES}. */
export type LbPolicy = (typeof LB_POLICIES)[number];

/** What a client does about a failed or slow attempt (gRFC A6): nothing, try again, or ask a second pod meanwhile. */
export type Retry =
  | { readonly kind: "off" }
  | { readonly kind: "retry"; readonly maxAttempts: number }
  | { readonly kind: "hedge"; readonly maxAttempts: number };

const RETRY = /^(?:(off)|(?:(hedge):)?([2-5]))$/;

/** What a text that {@link parseRetry} refuses must be, made to follow the name of what holds it. */
export const RETRY_MESSAGE = "must be off, a number of attempts from 2 to 5, or hedge:<attempts from 2 to 5>";

/** Reads a value of `BACKEND_RETRY`: `off`, the most attempts in all (`3`), or `hedge:3`; undefined when it is none of these. */
export function parseRetry(text: string): Retry | undefined {
  const [whole, off, hedge, attempts] = RETRY.exec(text) ?? [];
  if (whole === undefined) return undefined;
  if (off !== undefined) return { kind: "off" };
  return { kind: hedge === undefined ? "retry" : "hedge", maxAttempts: Number(attempts) };
}
