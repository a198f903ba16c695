import { duration, type JsonObject } from "../json.ts";
import type { HashKey } from "../model/traffic-policy.ts";

/** `RouteAction.HashPolicy`, as istiod's `ConsistentHashToHashPolicy` makes it. */
export function hashPolicy(key: HashKey): JsonObject {
  if ("header" in key) return { header: { headerName: key.header } };
  if ("sourceIp" in key) return { connectionProperties: { sourceIp: true } };
  const { cookie: name, ttlMs, path } = key;
  return { cookie: { name, ttl: ttlMs === undefined ? undefined : duration(ttlMs), path } };
}
