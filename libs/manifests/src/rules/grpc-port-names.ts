import { isGrpcPort } from "../pod-spec.ts";
import type { Rule } from "../rule.ts";
import { portsInUse, type ServicePort } from "./service-ports.ts";

/**
 * A port that does not say that it is gRPC is TCP for Istio, which then balances connections. Istio reads appProtocol, else the
 * port's name; `kubernetes.io/h2c` is the Gateway API's word.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export const grpcPortNames: Rule = {
  name: "grpc-port-names",
  source: "istio/istio#43988",
  check: (set) =>
    portsInUse(set)
      .filter(({ port, target }) => target !== undefined && isGrpcPort(target.port) && !saysGrpc(port))
      .map(({ service, port }) => ({
        object: service,
        reason: `port ${port.port} leads to a gRPC port and does not say so: a mesh would balance its connections, not its calls`,
        remedy: "set appProtocol: grpc (or name the port grpc-…)",
      })),
};

function saysGrpc({ name = "", appProtocol }: ServicePort): boolean {
  if (appProtocol !== undefined) return ["grpc", "kubernetes.io/h2c"].includes(appProtocol);
  return /^grpc(-|$)/.test(name);
}
