import { grpcPorts } from "../grpc-ports.ts";
import type { Rule } from "../rule.ts";
import { portsInUse, saysGrpc } from "../service-ports.ts";

/**
 * A port that does not say that it is gRPC is TCP for Istio, which then balances connections.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export const grpcPortNames: Rule = {
  name: "grpc-port-names",
  why: "one connection carries all calls of a client, so one pod gets them all",
  source: "istio/istio#43988",
  shownBy: "lab run plain share",
  check: (set) => {
    const spoken = grpcPorts(set);
    return portsInUse(set)
      .filter(
        ({ port, workload, target }) =>
          !saysGrpc(port) && spoken.get(workload)?.some((one) => one.port === target?.port),
      )
      .map(({ service, port, index }) => ({
        object: service,
        field: ["spec", "ports", index],
        reason: `port ${port.port} leads to a gRPC port but does not declare gRPC: a mesh would balance its connections, not its calls`,
        remedy: "set appProtocol: grpc (or name the port grpc-…)",
        fix: "appProtocol: grpc",
      }));
  },
};
