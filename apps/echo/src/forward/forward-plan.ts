import type { ForwardEchoRequest, Header } from "@grpc-lb-lab/proto";
import { type ForwardTarget, forwardTarget, type TargetContext } from "./forward-target.ts";
import { refusal } from "./refusal.ts";

/** A ForwardEcho request that was found right, its defaults filled in. */
export interface ForwardPlan {
  readonly target: ForwardTarget;
  /** How many requests, 1 at least. */
  readonly count: number;
  /** Starts per second; 0 for no pace. */
  readonly qps: number;
  /** For all requests together. */
  readonly timeoutMs: number;
  readonly message: string;
  /** Of HTTP. */
  readonly method: string;
  /** All but Host. */
  readonly headers: readonly Pick<Header, "key" | "value">[];
  /** The header Host: the authority of each request; undefined for the target's own. */
  readonly host: string | undefined;
  readonly newConnectionPerRequest: boolean;
  readonly followRedirects: boolean;
  /** What each answer must contain; undefined for anything. */
  readonly expectedResponse: string | undefined;
}

/** Istio's default, pkg/test/echo/common/util.go. */
const DEFAULT_TIMEOUT_MS = 5_000;
/** The longest that Node's timers can wait. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;
/** The answer holds the output of all requests, a good half KB each. */
const MOST_REQUESTS = 100_000;
const MOST_QPS = 1_000_000;

/**
 * Fields that change how a request travels and that this server cannot honour. The other fields that it does not read change nothing without TLS
 * or TCP targets, in Istio's server neither.
 */
const NOT_HONOURED = [
  "http2",
  "http3",
  "cert",
  "key",
  "caCert",
  "certFile",
  "keyFile",
  "caCertFile",
  "hbone",
  "doubleHbone",
  "proxyProtocolVersion",
  "forceIpFamily",
] as const satisfies readonly (keyof ForwardEchoRequest)[];

/**
 * Checks a request and fills in its defaults: count 1, 5 s, GET.
 * @throws {StatusError} UNKNOWN, as Istio's server has it for whatever is wrong.
 */
export function forwardPlan(request: ForwardEchoRequest, context: TargetContext): ForwardPlan {
  const { count, qps, timeoutMicros, expectedResponse } = request;
  inRange("count", count, MOST_REQUESTS);
  inRange("qps", qps, MOST_QPS);
  inRange("timeout_micros", timeoutMicros, LONGEST_TIMEOUT_MS * 1000);
  const set = NOT_HONOURED.filter((name) => request[name]);
  if (set.length > 0)
    throw refusal(`this server cannot honour ${set.join(", ")}: leave it out, or use Istio's echo server`);
  const isHost = ({ key }: Header) => key.toLowerCase() === "host";
  return {
    target: forwardTarget(request.url, context),
    count: Math.max(1, count),
    qps,
    timeoutMs: Number(timeoutMicros) / 1000 || DEFAULT_TIMEOUT_MS,
    message: request.message,
    method: request.method || "GET",
    headers: request.headers.filter((header) => !isHost(header)),
    host: request.headers.find(isHost)?.value || undefined,
    newConnectionPerRequest: request.newConnectionPerRequest,
    followRedirects: request.followRedirects,
    expectedResponse,
  };
}

function inRange(name: string, value: number | bigint, max: number): void {
  if (value < 0 || value > max) throw refusal(`${name} must be from 0 to ${max}, not ${value}`);
}
