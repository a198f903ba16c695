import { destinationRule, istio } from "../dialects/istio.ts";
import { judgedByPick } from "../picks/judged-by-pick.ts";
import { withPick } from "../picks/with-pick.ts";
import type { Policy } from "../policy.ts";

/** `balance-round-robin`: pods take turns, however long each takes. */
export const balanceRoundRobin: Policy = {
  name: "balance-round-robin",
  title: "balancing in turns",
  parameters: {},
  source: "https://github.com/grpc/grpc/blob/master/doc/load-balancing.md#round_robin",
  asks: () => "pods take turns",
  dialects: () => ({
    "gRPC service config": {
      dialect: "gRPC service config",
      serviceConfig: { loadBalancingConfig: [{ round_robin: {} }] },
    },
    Istio: istio(destinationRule({ trafficPolicy: { loadBalancer: { simple: "ROUND_ROBIN" } } })),
    Envoy: { dialect: "Envoy", cluster: { lbPolicy: "ROUND_ROBIN" } },
    // What an upstream does by itself, for which there is no directive: turns by weights, and all weigh the same.
    nginx: { dialect: "nginx", serverParameters: ["weight=1"] },
    HAProxy: { dialect: "HAProxy", backend: ["balance roundrobin"] },
    Traefik: { dialect: "Traefik", loadBalancer: { strategy: "wrr" } },
  }),
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.loadBalancer.simple", value: "ROUND_ROBIN" },
  ],
  ...judgedByPick("rotation"),
  onPath: (path) => withPick(path, { kind: "rotation" }),
};
