import * as v from "valibot";
import { localityLbSetting } from "./locality-lb-setting.ts";
import { NOT_HERE } from "./not-here.ts";
import { labels, lastingDuration, metadata, name, networkingVersion, percent, wholeNumber } from "./schema-parts.ts";

const consistentHash = v.pipe(
  v.object({
    httpHeaderName: v.optional(name),
    httpCookie: v.optional(v.object({ name, ttl: v.optional(v.string()), path: v.optional(v.string()) })),
    useSourceIp: v.optional(v.boolean()),
    minimumRingSize: v.optional(wholeNumber),
    ringHash: v.optional(v.object({ minimumRingSize: v.optional(wholeNumber) })),
    maglev: v.optional(v.object({ tableSize: v.optional(wholeNumber) })),
  }),
  v.check(
    ({ httpHeaderName, httpCookie, useSourceIp }) =>
      [httpHeaderName, httpCookie, useSourceIp].filter((key) => key !== undefined).length === 1,
    "must have exactly one of httpHeaderName, httpCookie and useSourceIp",
  ),
);

const loadBalancer = v.pipe(
  v.object({
    simple: v.optional(
      v.picklist(["UNSPECIFIED", "ROUND_ROBIN", "LEAST_REQUEST", "LEAST_CONN", "RANDOM"], ({ input, message }) =>
        input === "PASSTHROUGH" ? NOT_HERE : message,
      ),
    ),
    consistentHash: v.optional(consistentHash),
    warmup: v.optional(
      v.object({
        duration: lastingDuration,
        minimumPercent: v.optional(percent),
        aggression: v.optional(v.pipe(v.number(), v.gtValue(0, "aggression should be greater than 0"))),
      }),
    ),
    // The old form of `warmup`, which counts where both are given.
    warmupDurationSecs: v.optional(lastingDuration),
    localityLbSetting: v.optional(localityLbSetting),
  }),
  v.check(
    ({ simple, consistentHash: hash }) => simple === undefined || hash === undefined,
    "must have at most one of simple and consistentHash",
  ),
);

/** A number of 0 is none, as everywhere in protobuf. */
const connectionPool = v.object({
  http: v.optional(
    v.object({
      http1MaxPendingRequests: v.optional(wholeNumber),
      http2MaxRequests: v.optional(wholeNumber),
      maxRequestsPerConnection: v.optional(wholeNumber),
      maxRetries: v.optional(wholeNumber),
      maxConcurrentStreams: v.optional(wholeNumber),
      idleTimeout: v.optional(lastingDuration),
    }),
  ),
  tcp: v.optional(
    v.object({
      maxConnections: v.optional(wholeNumber),
      connectTimeout: v.optional(lastingDuration),
      maxConnectionDuration: v.optional(lastingDuration),
    }),
  ),
});

const outlierDetection = v.pipe(
  v.object({
    consecutive5xxErrors: v.optional(wholeNumber),
    consecutiveGatewayErrors: v.optional(wholeNumber),
    consecutiveLocalOriginFailures: v.optional(wholeNumber),
    splitExternalLocalOriginErrors: v.optional(v.boolean()),
    interval: v.optional(lastingDuration),
    baseEjectionTime: v.optional(lastingDuration),
    maxEjectionPercent: v.optional(v.pipe(percent, v.integer())),
    minHealthPercent: v.optional(v.pipe(percent, v.integer())),
  }),
  v.check(
    ({ consecutiveLocalOriginFailures: failures = 0, splitExternalLocalOriginErrors: split = false }) =>
      failures === 0 || split,
    "outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false",
  ),
);

const retryBudget = v.object({
  percent: v.optional(percent),
  minRetryConcurrency: v.optional(wholeNumber),
});

const subsetPolicy = v.object({
  loadBalancer: v.optional(loadBalancer),
  retryBudget: v.optional(retryBudget),
  connectionPool: v.optional(connectionPool),
  outlierDetection: v.optional(outlierDetection),
});
const trafficPolicy = v.object({
  ...subsetPolicy.entries,
  tls: v.optional(v.object({ mode: v.picklist(["DISABLE", "ISTIO_MUTUAL"], NOT_HERE) })),
});

/** @see https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export const DestinationRule = v.object({
  apiVersion: networkingVersion,
  kind: v.literal("DestinationRule"),
  metadata,
  spec: v.object({
    host: name,
    trafficPolicy: v.optional(trafficPolicy),
    subsets: v.optional(
      v.array(v.object({ name, labels: v.optional(labels, {}), trafficPolicy: v.optional(subsetPolicy) })),
      [],
    ),
  }),
});

/** `trafficPolicy` of a subset, and of the whole without its `tls`. */
export type TrafficPolicyRule = v.InferOutput<typeof subsetPolicy>;
