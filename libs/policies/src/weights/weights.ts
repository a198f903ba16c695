import type { JsonObject } from "@grpc-lb-lab/stage-api";
import { drawn } from "../bounds.ts";
import { answeredBy } from "../by-version.ts";
import { backendRef, grpcRoute } from "../dialects/grpc-route.ts";
import { destination, istio, NOT_RETRIED, VERSIONS, virtualService } from "../dialects/istio.ts";
import type { Evidence, Policy } from "../policy.ts";

const CALLS = 300;
const PODS = 4;
/** Half of the pods, so that nobody's share is what the weights ask for. */
const CANARY_PODS = PODS / 2;

/** `weights`: one version gets so many of the calls, however many pods it has. */
export const weights: Policy<{ v2Percent: number }> = {
  name: "weights",
  title: "weights of versions (canary)",
  parameters: { v2Percent: 80 },
  source: "https://github.com/grpc/proposal/blob/master/A28-xds-traffic-splitting-and-routing.md",
  asks: ({ v2Percent }) => `${v2Percent} % of the calls go to version v2, which half of the pods are`,
  dialects: ({ v2Percent }) => ({
    Istio: istio(
      VERSIONS,
      virtualService({
        ...NOT_RETRIED,
        route: [
          { ...destination("v1"), weight: 100 - v2Percent },
          { ...destination("v2"), weight: v2Percent },
        ],
      }),
    ),
    GRPCRoute: grpcRoute({
      backendRefs: [
        { ...backendRef("v1"), weight: 100 - v2Percent },
        { ...backendRef("v2"), weight: v2Percent },
      ],
    }),
    Envoy: { dialect: "Envoy", action: { weightedClusters: { clusters: byWeight(v2Percent) } } },
    nginx: {
      dialect: "nginx",
      http: [`split_clients "$request_id" $version { ${v2Percent}% backend-v2; * backend-v1; }`],
      location: ["grpc_pass grpc://$version;"],
    },
    HAProxy: {
      dialect: "HAProxy",
      frontend: [`use_backend backend-v2 if { rand(100) lt ${v2Percent} }`, "use_backend backend-v1"],
    },
    Traefik: {
      dialect: "Traefik",
      services: { weighted: { weighted: { services: byWeight(v2Percent) } } },
      service: "weighted",
    },
  }),
  fields: [
    { dialect: "Istio", kind: "VirtualService", path: "spec.http[].route[].weight" },
    { dialect: "GRPCRoute", kind: "GRPCRoute", path: "spec.rules[].backendRefs[].weight" },
    { dialect: "GRPCRoute", kind: "HTTPRoute", path: "spec.rules[].backendRefs[].weight" },
  ],
  trial: () => ({
    pods: PODS,
    canaryPods: CANARY_PODS,
    load: { rate: 100, calls: CALLS },
    roughSeconds: CALLS / 100,
  }),
  obeyed: (seen, { v2Percent }) => [drawn(BY_V2, byV2(seen), seen.records.length, v2Percent / 100)],
  ignored: (seen) => [drawn(BY_V2, byV2(seen), seen.records.length, CANARY_PODS / PODS)],
  // A path says how pods are picked, and nothing of versions.
  onPath: (path) => path,
};

const BY_V2 = { id: "by-v2", what: "calls that pods of version v2 answer" };

function byV2(seen: Evidence): number {
  return answeredBy("v2", seen.records, seen);
}

function byWeight(v2Percent: number): readonly JsonObject[] {
  return [
    { name: "backend-v1", weight: 100 - v2Percent },
    { name: "backend-v2", weight: v2Percent },
  ];
}
