import type { MeshEndpoint, MeshModel, MeshService } from "../model/mesh-model.ts";

/** A service `backend` of the namespace `lab`, port 50051, with one endpoint. */
export function backend(changes: Partial<MeshService> = {}): MeshService {
  const name = { name: "backend", namespace: "lab", port: 50051, clusterIp: "127.0.0.1" };
  return { ...name, endpoints: [endpoint("127.0.0.2")], ...changes };
}

/** The key of {@link backend} for `setEndpoints`. */
export const BACKEND = { name: "backend", namespace: "lab" };
/** Its listener, as a gRPC client asks for it. */
export const BACKEND_LISTENER = "backend.lab.svc.cluster.local:50051";
/** Its cluster, which is also the name of its endpoints and of its route configuration. */
export const BACKEND_CLUSTER = "outbound|50051||backend.lab.svc.cluster.local";

/** A healthy endpoint at port 50051 of `address`. */
export function endpoint(address: string, changes: Partial<MeshEndpoint> = {}): MeshEndpoint {
  return { address, port: 50051, ...changes };
}

/** A model of these services and no workloads. */
export function modelOf(...services: readonly MeshService[]): MeshModel {
  return { services };
}

/** Subsets by the label `version`. */
export const SUBSETS = [
  { name: "v1", labels: { version: "v1" } },
  { name: "v2", labels: { version: "v2" } },
];
/** The cluster of {@link backend}'s subset v1. */
export const V1_CLUSTER = "outbound|50051|v1|backend.lab.svc.cluster.local";
