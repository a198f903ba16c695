import { socketAddress } from "@grpc-lb-lab/envoy";
import type { JsonObject } from "../json.ts";
import { hasLabels } from "../model/has-labels.ts";
import type { MeshEndpoint, MeshService, MeshSubset } from "../model/mesh-model.ts";
import { outboundName } from "../model/names.ts";
import type { Locality } from "../model/proxy.ts";
import { policyOf } from "../model/traffic-policy.ts";
import { type LocalityEndpoints, localitiesFor } from "./localities.ts";

/** `ClusterLoadAssignment` of a service, or of one of its subsets, for callers in a locality. */
export function clusterLoadAssignment(
  service: MeshService,
  subset: MeshSubset | undefined,
  caller: Locality,
): JsonObject {
  const members = service.endpoints.filter((endpoint) => hasLabels(endpoint.labels ?? {}, subset?.labels));
  return {
    clusterName: outboundName(service, subset?.name),
    endpoints: localitiesFor(caller, members, policyOf(service, subset)).map(localityEndpoints),
  };
}

function localityEndpoints({ locality, endpoints, weight, priority }: LocalityEndpoints): JsonObject {
  return {
    locality: { region: locality.region || undefined, zone: locality.zone || undefined },
    lbEndpoints: endpoints.map(lbEndpoint),
    // gRPC ignores a locality without a weight.
    loadBalancingWeight: weight,
    priority: priority || undefined,
  };
}

function lbEndpoint({ address, port, health = "HEALTHY", weight = 1 }: MeshEndpoint): JsonObject {
  return {
    endpoint: { address: { ...socketAddress(address, port) } },
    healthStatus: health,
    loadBalancingWeight: weight,
  };
}
