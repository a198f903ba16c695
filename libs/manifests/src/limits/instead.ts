/** What to do where a mode does not do what a policy asks. */
export interface Instead {
  readonly text: string;
  /** The policy that asks for it: the advice is given where runs have shown that the mode obeys this one. */
  readonly policy?: string;
}

/** What comes closest to each policy, the best first. */
export const INSTEAD: Readonly<Record<string, readonly Instead[]>> = {
  "per-try-timeout": [{ text: "bound the whole call: timeout of the route", policy: "timeout" }],
  "retry-budget": [{ text: "bound the attempts: retries.attempts of the route", policy: "retry-attempts" }],
  "retry-attempts": [{ text: "retry in the client" }],
  timeout: [{ text: "set a deadline in the client" }],
  mirror: [{ text: "send the copies from the application" }],
  "request-headers": [{ text: "set the metadata in the client, by an interceptor" }],
  "max-pending": [{ text: "limit the calls under way: http2MaxRequests", policy: "max-requests" }],
  "outlier-detection": [{ text: "have a readiness probe take bad pods out" }],
  "local-rate-limit": [
    { text: "limit the calls under way: http2MaxRequests", policy: "max-requests" },
    { text: "limit in the application" },
  ],
  "balance-least-request": [
    {
      text: "use ROUND_ROBIN, or a rule of its own for these clients (workloadSelector)",
      policy: "balance-round-robin",
    },
  ],
  "balance-random": [{ text: "use ROUND_ROBIN", policy: "balance-round-robin" }],
  "session-affinity": [{ text: "hash by httpHeaderName, and have clients send the header", policy: "hash-by-header" }],
  "slow-start": [{ text: "have pods warm up before they are ready (readiness probe)" }],
  "connection-age": [{ text: "age connections in the server (max_connection_age_ms)" }],
  "authorization-method": [{ text: "deny in the application" }],
  "authorization-identity": [{ text: "look at the caller's certificate in the application" }],
  "mtls-strict": [{ text: "ask for certificates in the application" }],
};

/** YAML that mends it, where one value does. */
export const FIXES: Readonly<Record<string, string>> = {
  "balance-least-request": "simple: ROUND_ROBIN",
  "balance-random": "simple: ROUND_ROBIN",
};
