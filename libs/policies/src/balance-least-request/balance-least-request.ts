import type { Dialect } from "@grpc-lb-lab/stage-api";
import { askedHop } from "../asked-hop.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import { judgedByPick } from "../picks/judged-by-pick.ts";
import { withPick } from "../picks/with-pick.ts";
import type { Policy } from "../policy.ts";

/** `balance-least-request`: who has less under way gets the call, so that a slow pod gets fewer. */
export const balanceLeastRequest: Policy = {
  name: "balance-least-request",
  title: "balancing by what is under way",
  parameters: {},
  source: "https://github.com/grpc/proposal/blob/master/A48-xds-least-request-lb-policy.md",
  asks: () => "a call goes to a pod that has fewer under way than others",
  // grpc-js does not have gRFC A48's policy.
  dialects: () => ({
    Istio: istio(destinationRule({ trafficPolicy: { loadBalancer: { simple: "LEAST_REQUEST" } } })),
    Envoy: { dialect: "Envoy", cluster: { lbPolicy: "LEAST_REQUEST" } },
    nginx: { dialect: "nginx", upstream: ["least_conn;"] },
    HAProxy: { dialect: "HAProxy", backend: ["balance leastconn"] },
    // The better of two that are drawn.
    Traefik: { dialect: "Traefik", loadBalancer: { strategy: "p2c" } },
  }),
  fields: [
    {
      dialect: "Istio",
      kind: "DestinationRule",
      path: "spec.trafficPolicy.loadBalancer.simple",
      value: "LEAST_REQUEST",
    },
  ],
  ...judgedByPick("least request"),
  onPath: (path) => withPick(path, { kind: "least request", ...drawsOf(askedHop(path)?.dialects ?? []) }),
};

/** Two are drawn, by default of Envoy's and gRFC A48's with replacement; nginx's least_conn and HAProxy's leastconn look at all. */
function drawsOf(dialects: readonly Dialect[]): { readonly choices: number; readonly withReplacement: boolean } {
  if (dialects.includes("nginx") || dialects.includes("HAProxy"))
    return { choices: Number.POSITIVE_INFINITY, withReplacement: false };
  return { choices: 2, withReplacement: !dialects.includes("Traefik") };
}
