import type { GrpcRouteRules, JsonObject } from "@grpc-lb-lab/stage-api";

/** The gRPC port of the Services `backend`, `backend-v1` and `backend-v2`. */
const PORT = 50_051;

/**
 * A GRPCRoute, attached where the mode has its routes.
 * @param rules - in their order; a rule that matches more closely comes first, whatever the order.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
 */
export function grpcRoute(...rules: readonly JsonObject[]): GrpcRouteRules {
  const object = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GRPCRoute",
    metadata: { name: "backend" },
    spec: { rules },
  };
  return { dialect: "GRPCRoute", objects: [object] };
}

/** A Service that a rule leads to: of one version, or of the whole backend. */
export function backendRef(version?: "v1" | "v2"): JsonObject {
  return { name: version === undefined ? "backend" : `backend-${version}`, port: PORT };
}
