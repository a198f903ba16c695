import { duration, type JsonObject } from "../json.ts";
import type { ConsistentHash, LbPolicy, TrafficPolicy, Warmup } from "../model/traffic-policy.ts";

/** The least entries of a ring that istiod asks for where a rule does not. */
const RING_SIZE = 1_024;

/**
 * The fields of a `Cluster` by which a sidecar balances, as istiod's `applyLoadBalancer` sets them.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/cluster_traffic_policy.go
 */
export function sidecarBalancing({ lbPolicy = "LEAST_REQUEST", consistentHash, warmup }: TrafficPolicy): JsonObject {
  if (consistentHash !== undefined) return hashing(consistentHash);
  const policy = lbPolicy === "LEAST_CONN" ? "LEAST_REQUEST" : lbPolicy;
  const slowStart = warmup && { slowStartConfig: slowStartConfig(warmup) };
  return {
    lbPolicy: explicit(policy),
    leastRequestLbConfig: policy === "LEAST_REQUEST" ? slowStart : undefined,
    roundRobinLbConfig: policy === "ROUND_ROBIN" ? slowStart : undefined,
  };
}

/**
 * Likewise of a gRPC client, as the `applyLoadBalancing` of istiod's gRPC generator sets them: it warns of what it does not send.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/networking/grpcgen/cds.go
 */
export function proxylessBalancing({ lbPolicy, consistentHash }: TrafficPolicy): JsonObject {
  if (consistentHash !== undefined) return hashing(consistentHash);
  return { lbPolicy: lbPolicy === "RANDOM" || lbPolicy === "LEAST_CONN" ? undefined : explicit(lbPolicy) };
}

/** ROUND_ROBIN is the enum's default; protobuf's JSON form, and istiod's output with it, leaves defaults out. */
function explicit(policy: LbPolicy | undefined): LbPolicy | undefined {
  return policy === "ROUND_ROBIN" ? undefined : policy;
}

function hashing({ table = "ring", size }: ConsistentHash): JsonObject {
  if (table === "ring") {
    return { lbPolicy: "RING_HASH", ringHashLbConfig: { minimumRingSize: String(size ?? RING_SIZE) } };
  }
  return { lbPolicy: "MAGLEV", maglevLbConfig: size === undefined ? undefined : { tableSize: String(size) } };
}

function slowStartConfig({ durationMs, minimumPercent = 10, aggression = 1 }: Warmup): JsonObject {
  return {
    slowStartWindow: duration(durationMs),
    // The name of a runtime setting that nobody has, as istiod chose it.
    aggression: { defaultValue: aggression, runtimeKey: "(" },
    minWeightPercent: { value: minimumPercent },
  };
}
