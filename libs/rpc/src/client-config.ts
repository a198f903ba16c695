import * as v from "valibot";
import { LB_POLICIES, type LbPolicy, parseRetry, RETRY_MESSAGE, type Retry } from "./client-values.ts";
import { ConfigError } from "./config-error.ts";
import { milliseconds, oneOf } from "./setting-schemas.ts";
import { type Env, readSettings, type Setting, type Settings } from "./settings.ts";
import { parseTarget, type Target } from "./target.ts";

/** How a client reaches the backend: its target, policy, deadline, retries, keepalive and DNS interval. */
export interface ClientConfig {
  readonly target: string;
  readonly lbPolicy: LbPolicy;
  /** Of each call. */
  readonly deadlineMs: number;
  readonly retry: Retry;
  /** Between two HTTP/2 pings, and until one without an answer ends the connection (20 s at most); 0 sends none. */
  readonly keepaliveMs: number;
  readonly dnsMinIntervalMs: number;
  /** Fields of the service config that take the place of those that the settings above make. */
  readonly serviceConfig: Readonly<Record<string, unknown>>;
}

const retry = v.pipe(
  v.string(),
  v.transform(parseRetry),
  v.custom<Retry>((value) => value !== undefined, RETRY_MESSAGE),
);

const jsonObject = v.pipe(
  v.string(),
  v.parseJson(undefined, "must be JSON"),
  v.check((value) => typeof value === "object" && value !== null && !Array.isArray(value), "must be a JSON object"),
  v.transform((value) => value as Readonly<Record<string, unknown>>),
);

/** The environment of a client, with defaults and meanings. */
export const clientSettings = {
  BACKEND_TARGET: {
    meaning: "gRPC target of the backend: host:port, dns:///…, kubernetes:///…, xds:///…",
    default: undefined,
    schema: v.pipe(
      v.string(),
      v.rawCheck(({ dataset, addIssue }) => {
        const problem = dataset.typed ? targetProblem(dataset.value) : undefined;
        if (problem !== undefined) addIssue({ message: problem });
      }),
    ),
  },
  BACKEND_LB_POLICY: {
    meaning:
      "Load balancing policy of the client: pick_first, round_robin, weighted_round_robin, least_request or peak_ewma; xds: targets take the policy from xDS",
    default: "pick_first",
    schema: oneOf(LB_POLICIES, " (grpc-js itself would silently use pick_first for an unknown policy)"),
  },
  BACKEND_DEADLINE_MS: { meaning: "Deadline of each call, in ms", default: "5000", schema: milliseconds(1) },
  BACKEND_RETRY: {
    meaning:
      "Retries of calls that end UNAVAILABLE: off, the maximum number of attempts (2 to 5), or hedge:<attempts>; xds: targets take theirs from xDS",
    default: "off",
    schema: retry,
  },
  BACKEND_KEEPALIVE_MS: {
    meaning:
      "Interval of HTTP/2 keepalive pings, in ms; a ping without an answer for the same time (at most 20 s) ends the connection; 0 sends none",
    default: "0",
    schema: milliseconds(),
  },
  BACKEND_DNS_MIN_INTERVAL_MS: {
    meaning: "Shortest time between two DNS resolutions, in ms",
    default: "30000",
    schema: milliseconds(),
  },
  BACKEND_SERVICE_CONFIG: {
    meaning:
      "Fields of gRPC's service config as JSON, instead of those that BACKEND_LB_POLICY and BACKEND_RETRY make; xds: targets take theirs from xDS",
    default: "{}",
    schema: jsonObject,
  },
} as const satisfies Settings & { BACKEND_TARGET: Setting<string> };

/**
 * Reads a client's settings from the environment.
 * @throws {ConfigError} with all mistakes together.
 */
export function loadClientConfig(env: Env): ClientConfig {
  const values = readSettings(clientSettings, env);
  requireAlternativeResolver(values.BACKEND_TARGET, env);
  return Object.freeze({
    target: values.BACKEND_TARGET,
    lbPolicy: values.BACKEND_LB_POLICY,
    deadlineMs: values.BACKEND_DEADLINE_MS,
    retry: values.BACKEND_RETRY,
    keepaliveMs: values.BACKEND_KEEPALIVE_MS,
    dnsMinIntervalMs: values.BACKEND_DNS_MIN_INTERVAL_MS,
    serviceConfig: values.BACKEND_SERVICE_CONFIG,
  });
}

function targetProblem(target: string): string | undefined {
  try {
    parseTarget(target);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Without that variable grpc-js asks the system's resolver and ignores the authority; it reads the variable when it is imported. */
function requireAlternativeResolver(target: string, env: Env): void {
  const { scheme, authority }: Target = parseTarget(target);
  if (scheme !== "dns" || authority === "" || env.GRPC_NODE_USE_ALTERNATIVE_RESOLVER === "true") return;
  const reason =
    "names a DNS server: set GRPC_NODE_USE_ALTERNATIVE_RESOLVER=true at the start, otherwise grpc-js does not ask that server";
  throw new ConfigError([{ name: "BACKEND_TARGET", value: target, reason }]);
}
