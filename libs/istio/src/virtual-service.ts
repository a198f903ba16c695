import * as v from "valibot";
import { httpFault } from "./http-fault.ts";
import {
  lastingDuration,
  metadata,
  name,
  networkingVersion,
  percent,
  percentage,
  wholeNumber,
} from "./schema-parts.ts";

const stringMatches = [
  v.strictObject({ exact: v.string() }),
  v.strictObject({ prefix: v.string() }),
  v.strictObject({ regex: v.string() }),
] as const;
const stringMatch = v.union(stringMatches);
/** `{}` is a match of its own: the header is there, whatever its value. */
const headerMatch = v.union([...stringMatches, v.strictObject({})]);
const match = v.object({
  uri: v.optional(stringMatch),
  method: v.optional(stringMatch),
  headers: v.optional(v.record(v.string(), headerMatch)),
});
const destination = v.object({
  host: name,
  subset: v.optional(name),
  port: v.optional(v.object({ number: wholeNumber })),
});
const headerOperations = v.object({
  set: v.optional(v.record(name, v.string())),
  add: v.optional(v.record(name, v.string())),
  remove: v.optional(v.array(name)),
});
const headers = v.object({ request: v.optional(headerOperations), response: v.optional(headerOperations) });

const retries = v.pipe(
  v.object({
    attempts: v.optional(wholeNumber, 0),
    retryOn: v.optional(name),
    perTryTimeout: v.optional(lastingDuration),
    backoff: v.optional(lastingDuration),
  }),
  v.check(
    ({ attempts, retryOn, perTryTimeout }) => attempts > 0 || (retryOn === undefined && perTryTimeout === undefined),
    "http retry policy configured when attempts are set to 0 (disabled)",
  ),
);

const httpRoute = v.pipe(
  v.object({
    name: v.optional(name),
    match: v.optional(v.array(match), []),
    route: v.pipe(
      v.array(v.object({ destination, weight: v.optional(wholeNumber), headers: v.optional(headers) })),
      v.minLength(1),
    ),
    timeout: v.optional(lastingDuration),
    fault: v.optional(httpFault),
    retries: v.optional(retries),
    headers: v.optional(headers),
    mirror: v.optional(destination),
    mirrors: v.optional(v.array(v.object({ destination, percentage: v.optional(percentage) }))),
    mirrorPercentage: v.optional(percentage),
    // The old form of `mirrorPercentage`, which counts where both are given.
    mirrorPercent: v.optional(v.pipe(percent, v.integer())),
  }),
  v.check(
    ({ mirror, mirrors }) => mirror === undefined || mirrors === undefined,
    "HTTP route cannot contain both mirror and mirrors",
  ),
);

/** @see https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export const VirtualService = v.object({
  apiVersion: networkingVersion,
  kind: v.literal("VirtualService"),
  metadata,
  spec: v.object({ hosts: v.array(name), http: v.optional(v.array(httpRoute), []) }),
});

/** An item of its `http`. */
export type HttpRoute = v.InferOutput<typeof httpRoute>;
