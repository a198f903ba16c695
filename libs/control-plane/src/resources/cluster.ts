import { socketAddress } from "@grpc-lb-lab/envoy";
import type { Json, JsonObject } from "../json.ts";
import type { InboundWorkload, LbPolicy, MeshService, MeshSubset } from "../model/mesh-model.ts";
import { inboundName, outboundName, serviceHost, spiffeId } from "../model/names.ts";
import type { MeshProxy } from "../model/proxy.ts";
import { adsSource } from "./config-source.ts";
import { upstreamTls } from "./transport-socket.ts";

const NO_LIMIT = 2 ** 32 - 1;

/** `Cluster` of a service, or of one of its subsets; its endpoints come by EDS under the same name. */
export function outboundCluster(
  service: MeshService,
  subset: MeshSubset | undefined,
  kind: MeshProxy["kind"],
): JsonObject {
  const name = outboundName(service, subset?.name);
  const policy = subset?.lbPolicy ?? service.lbPolicy;
  const cluster = {
    name,
    altStatName: `${name};`,
    type: "EDS",
    edsClusterConfig: { edsConfig: adsSource(kind), serviceName: name },
  };
  if (kind === "proxyless")
    return { ...cluster, lbPolicy: explicit(policy), transportSocket: transportSocketOf(service) };
  return {
    ...cluster,
    ...sidecarDefaults(),
    lbPolicy: explicit(policy ?? "LEAST_REQUEST"),
    metadata: istioMetadata(service, subset),
  };
}

/** `Cluster` with the application beside a sidecar as its one endpoint. */
export function inboundCluster({ port, appAddress, appPort }: InboundWorkload): JsonObject {
  const name = inboundName(port);
  const lbEndpoints = [{ endpoint: { address: { ...socketAddress(appAddress, appPort) } } }];
  return {
    name,
    altStatName: `${name};`,
    type: "STATIC",
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints }] },
    ...sidecarDefaults(),
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

/** ROUND_ROBIN is the enum's default; protobuf's JSON form, and istiod's output with it, leaves defaults out. */
function explicit(policy: LbPolicy | undefined): LbPolicy | undefined {
  return policy === "ROUND_ROBIN" ? undefined : policy;
}

/** What istiod gives every cluster of a sidecar: HTTP/2, no limits, no panic mode (calls to unhealthy endpoints). */
function sidecarDefaults(): JsonObject {
  const limits = {
    maxConnections: NO_LIMIT,
    maxPendingRequests: NO_LIMIT,
    maxRequests: NO_LIMIT,
    maxRetries: NO_LIMIT,
  };
  const http2 = {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicitHttpConfig: { http2ProtocolOptions: {} },
  };
  return {
    connectTimeout: "10s",
    circuitBreakers: { thresholds: [limits] },
    typedExtensionProtocolOptions: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2 },
    commonLbConfig: { healthyPanicThreshold: {} },
  };
}

function istioMetadata(service: MeshService, subset: MeshSubset | undefined): JsonObject {
  const { name, namespace } = service;
  const services = [{ host: serviceHost(service), name, namespace }];
  return { filterMetadata: { istio: { services, subset: subset?.name } } };
}
