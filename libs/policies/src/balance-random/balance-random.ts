import { destinationRule, istio } from "../dialects/istio.ts";
import { judgedByPick } from "../picks/judged-by-pick.ts";
import { withPick } from "../picks/with-pick.ts";
import type { Policy } from "../policy.ts";

/** `balance-random`: the pod of each call is drawn by lot. */
export const balanceRandom: Policy = {
  name: "balance-random",
  title: "balancing by lot",
  parameters: {},
  source:
    "https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/load_balancers#random",
  asks: () => "the pod of each call is drawn by lot",
  // Neither grpc-js nor Traefik draws lots.
  dialects: () => ({
    Istio: istio(destinationRule({ trafficPolicy: { loadBalancer: { simple: "RANDOM" } } })),
    Envoy: { dialect: "Envoy", cluster: { lbPolicy: "RANDOM" } },
    nginx: { dialect: "nginx", upstream: ["random;"] },
    // By default HAProxy draws two, and takes the one that has less to do.
    HAProxy: { dialect: "HAProxy", backend: ["balance random(1)"] },
  }),
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.loadBalancer.simple", value: "RANDOM" },
  ],
  ...judgedByPick("random"),
  onPath: (path) => withPick(path, { kind: "random" }),
};
