import {
  type ClientConfig,
  type ConnectionConfig,
  clientSettings,
  connectionConfig,
  type DrainTimes,
  type Env,
  grpcPortSetting,
  integer,
  type LogLevel,
  loadClientConfig,
  oneOf,
  port,
  readSettings,
  type Settings,
  serverSettings,
  text,
} from "@grpc-lb-lab/rpc";
import * as v from "valibot";
import type { DeadlineCaps } from "./backend/deadline.ts";
import type { HttpLimits } from "./http/http-limits.ts";

const LARGEST_BYTES = 2 ** 30;
const LARGEST_COUNT = 1_000_000;
/** A day: sums of such times still fit Node's timers. */
const LONGEST_MS = 86_400_000;

/** Of gRPC, HTTP and this frontend themselves: they describe one hop, and the next has its own. */
const NOT_FORWARDED =
  /^(?:grpc-.*|connect-.*|connection|content-.*|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|user-agent|x-timeout-ms)$/;

const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(",").flatMap((entry) => entry.trim() || [])),
);

const headerNames = v.pipe(
  list,
  v.transform((names) => names.map((name) => name.toLowerCase())),
  v.check(
    (names) => names.every((name) => /^[a-z0-9_.-]+$/.test(name) && !NOT_FORWARDED.test(name)),
    "must be header names separated by commas, without headers that gRPC or HTTP reserves",
  ),
);

const origins = v.pipe(
  list,
  v.check((urls) => urls.every(isOrigin), "must be http:// or https:// addresses without paths, separated by commas"),
  v.transform((urls) => urls.map((url) => new URL(url).origin)),
);

const originIfAny = v.pipe(
  v.string(),
  v.check((url) => url === "" || isOrigin(url), "must be an http:// or https:// address without a path"),
  v.transform((url) => (url === "" ? undefined : new URL(url).origin)),
);

/** The environment of the frontend, with defaults and meanings. */
export const frontendSettings = {
  HTTP_PORT: {
    meaning: "Port of REST, Connect, gRPC-Web and the page; 0 lets the system choose",
    default: "3000",
    schema: port,
  },
  GRPC_PORT: grpcPortSetting(50050),
  ...serverSettings,
  ...clientSettings,
  FORWARD_HEADERS: {
    meaning:
      "Headers to forward to the backend; native gRPC also forwards x- metadata, except x-forwarded-* and x-envoy-*",
    default: "traceparent,tracestate,x-request-id,baggage",
    schema: headerNames,
  },
  MAX_DEADLINE_MS: {
    meaning:
      "Longest deadline of a call, in ms; a longer deadline is cut to it, and a stream without a deadline gets it",
    default: "3600000",
    schema: integer(1, LONGEST_MS),
  },
  MAX_CALLS: {
    meaning:
      "Most calls in flight to the backend; a call above the limit is not sent and ends with RESOURCE_EXHAUSTED (HTTP 429)",
    default: "10000",
    schema: integer(1, LARGEST_COUNT),
  },
  MAX_CONNECTIONS: {
    meaning: "Most open connections of the HTTP port; a connection above the limit is closed at once",
    default: "10000",
    schema: integer(1, LARGEST_COUNT),
  },
  MAX_STREAMS: {
    meaning: "Most calls in flight on one connection of the gRPC port; the client holds the next one back",
    default: "1000",
    schema: integer(1, LARGEST_COUNT),
  },
  MAX_BODY_BYTES: {
    meaning: "Longest body of an HTTP request or message of a call; a longer one gets 413 or RESOURCE_EXHAUSTED",
    default: "65536",
    schema: integer(1, LARGEST_BYTES),
  },
  MAX_HEADER_BYTES: {
    meaning: "Longest headers of an HTTP request; longer headers get 431",
    default: "16384",
    schema: integer(1024, LARGEST_BYTES),
  },
  REQUEST_TIMEOUT_MS: {
    meaning: "How long the headers and the body of an HTTP request may each take to arrive; a late request gets 408",
    default: "10000",
    schema: integer(1, LONGEST_MS),
  },
  MODE: { meaning: "Mode of load balancing, shown on the page", default: "", schema: text },
  PAGE_CONTROLS: {
    meaning: "on lets the page start its own load and control the stage; only for a port that nobody else can reach",
    default: "off",
    schema: oneOf(["on", "off"]),
  },
  STAGE_URL: {
    meaning: "Control API of the local stage, for the page's knobs; unset means no stage",
    default: "",
    schema: originIfAny,
  },
  COMPARE_WITH: {
    meaning: "Addresses of other frontends to show on the same page, separated by commas",
    default: "",
    schema: origins,
  },
} as const satisfies Settings;

/** The frontend's configuration. */
export interface FrontendConfig {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly adminPort: number;
  readonly connections: ConnectionConfig;
  readonly drain: DrainTimes;
  readonly logLevel: LogLevel;
  readonly backend: ClientConfig;
  readonly deadlines: DeadlineCaps;
  /** Lower case. */
  readonly forwardHeaders: readonly string[];
  readonly maxCalls: number;
  /** Per connection of the gRPC port. */
  readonly maxStreams: number;
  readonly http: HttpLimits;
  readonly mode: string;
  readonly controls: boolean;
  readonly stageUrl: string | undefined;
  /** Origins. */
  readonly compareWith: readonly string[];
}

/**
 * Reads the frontend's configuration from the environment.
 * @throws {ConfigError} with all mistakes together.
 */
export function loadConfig(env: Env): FrontendConfig {
  const values = readSettings(frontendSettings, env);
  return Object.freeze({
    host: values.HOST,
    httpPort: values.HTTP_PORT,
    grpcPort: values.GRPC_PORT,
    adminPort: values.ADMIN_PORT,
    connections: connectionConfig(values),
    drain: { delayMs: values.DRAIN_DELAY_MS, graceMs: values.SHUTDOWN_GRACE_MS },
    logLevel: values.LOG_LEVEL,
    backend: loadClientConfig(env),
    deadlines: { defaultMs: values.BACKEND_DEADLINE_MS, maxMs: values.MAX_DEADLINE_MS },
    forwardHeaders: values.FORWARD_HEADERS,
    maxCalls: values.MAX_CALLS,
    maxStreams: values.MAX_STREAMS,
    http: {
      maxConnections: values.MAX_CONNECTIONS,
      maxBodyBytes: values.MAX_BODY_BYTES,
      maxHeaderBytes: values.MAX_HEADER_BYTES,
      requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
      longestCallMs: values.MAX_DEADLINE_MS,
    },
    mode: values.MODE,
    controls: values.PAGE_CONTROLS === "on",
    stageUrl: values.STAGE_URL,
    compareWith: values.COMPARE_WITH,
  });
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === "/" && search + hash + username === "";
}
