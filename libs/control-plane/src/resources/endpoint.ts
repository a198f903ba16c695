import { socketAddress } from "@grpc-lb-lab/envoy";
import type { JsonObject } from "../json.ts";
import type { MeshEndpoint, MeshService, MeshSubset } from "../model/mesh-model.ts";
import { outboundName } from "../model/names.ts";

/** `ClusterLoadAssignment` of a service, or of one of its subsets: one locality for each region and zone, in the order of the endpoints. */
export function clusterLoadAssignment(service: MeshService, subset: MeshSubset | undefined): JsonObject {
  const members = service.endpoints.filter((endpoint) => isMember(endpoint, subset));
  const localities = Map.groupBy(members, ({ region = "", zone = "" }) => `${region}/${zone}`);
  return {
    clusterName: outboundName(service, subset?.name),
    endpoints: Array.from(localities.values(), localityEndpoints),
  };
}

function localityEndpoints(endpoints: readonly MeshEndpoint[]): JsonObject {
  const [first] = endpoints;
  return {
    locality: { region: first?.region, zone: first?.zone },
    lbEndpoints: endpoints.map(lbEndpoint),
    // gRPC ignores a locality without a weight.
    loadBalancingWeight: endpoints.reduce((sum, { weight = 1 }) => sum + weight, 0),
  };
}

function lbEndpoint({ address, port, health = "HEALTHY", weight = 1 }: MeshEndpoint): JsonObject {
  return {
    endpoint: { address: { ...socketAddress(address, port) } },
    healthStatus: health,
    loadBalancingWeight: weight,
  };
}

function isMember({ labels = {} }: MeshEndpoint, subset: MeshSubset | undefined): boolean {
  return Object.entries(subset?.labels ?? {}).every(([key, value]) => labels[key] === value);
}
