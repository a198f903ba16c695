import { socketAddress } from "@grpc-lb-lab/envoy";
import type { Json, JsonObject } from "../json.ts";
import type { InboundWorkload } from "../model/inbound-workload.ts";
import type { MeshService, MeshSubset } from "../model/mesh-model.ts";
import { inboundName, outboundName, serviceHost, spiffeId } from "../model/names.ts";
import type { MeshProxy } from "../model/proxy.ts";
import { policyOf, type TrafficPolicy } from "../model/traffic-policy.ts";
import { adsSource } from "./config-source.ts";
import { proxylessLimits, sidecarConnections } from "./connection-pool.ts";
import { proxylessBalancing, sidecarBalancing } from "./load-balancing.ts";
import { weighsLocalities } from "./localities.ts";
import { outlierDetection } from "./outlier-detection.ts";
import { upstreamTls } from "./transport-socket.ts";

/** `Cluster` of a service, or of one of its subsets; its endpoints come by EDS under the same name. */
export function outboundCluster(
  service: MeshService,
  subset: MeshSubset | undefined,
  kind: MeshProxy["kind"],
): JsonObject {
  const name = outboundName(service, subset?.name);
  const policy = policyOf(service, subset);
  const cluster = {
    name,
    altStatName: `${name};`,
    type: "EDS",
    edsClusterConfig: { edsConfig: adsSource(kind), serviceName: name },
  };
  if (kind === "proxyless") {
    const { connectionPool } = policy;
    const transportSocket = transportSocketOf(service);
    return { ...cluster, ...proxylessBalancing(policy), ...proxylessLimits(connectionPool), transportSocket };
  }
  return {
    ...cluster,
    ...sidecarConnections(policy.connectionPool, policy.retryBudget),
    ...sidecarBalancing(policy),
    outlierDetection: outlierDetection(policy.outlierDetection),
    commonLbConfig: commonLbConfig(policy),
    metadata: istioMetadata(service, subset),
  };
}

/** `Cluster` with the application beside a sidecar as its one endpoint. */
export function inboundCluster({ port, appAddress, appPort, connectionPool }: InboundWorkload): JsonObject {
  const name = inboundName(port);
  const lbEndpoints = [{ endpoint: { address: { ...socketAddress(appAddress, appPort) } } }];
  return {
    name,
    altStatName: `${name};`,
    type: "STATIC",
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints }] },
    ...sidecarConnections(connectionPool),
    commonLbConfig: { healthyPanicThreshold: {} },
  };
}

function transportSocketOf({
  tls = "DISABLE",
  namespace,
  serviceAccounts = ["default"],
}: MeshService): Json | undefined {
  if (tls === "DISABLE") return undefined;
  return upstreamTls(serviceAccounts.map((account) => spiffeId(namespace, account)));
}

/** No panic mode (calls to unhealthy endpoints) unless it is asked for; localities have weights where a rule gives them any. */
function commonLbConfig(policy: TrafficPolicy): JsonObject {
  return {
    healthyPanicThreshold: { value: policy.outlierDetection?.minHealthPercent || undefined },
    localityWeightedLbConfig: weighsLocalities(policy) ? {} : undefined,
  };
}

function istioMetadata(service: MeshService, subset: MeshSubset | undefined): JsonObject {
  const { name, namespace } = service;
  const services = [{ host: serviceHost(service), name, namespace }];
  return { filterMetadata: { istio: { services, subset: subset?.name } } };
}
