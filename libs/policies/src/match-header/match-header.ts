import { all } from "../bounds.ts";
import { answeredBy, asIfAlike, ofKind } from "../by-version.ts";
import { backendRef, grpcRoute } from "../dialects/grpc-route.ts";
import { destination, istio, VERSIONS, virtualService } from "../dialects/istio.ts";
import type { Policy } from "../policy.ts";

const CALLS = 200;
/** The kinds of calls, by their indices. */
const [WITH, WITHOUT] = [0, 1] as const;

/** `match-header`: calls with a header go to one version of the pods, all others to the other. */
export const matchHeader: Policy<{ header: string; value: string }> = {
  name: "match-header",
  title: "a route by header",
  parameters: { header: "x-lab-canary", value: "yes" },
  source: "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
  asks: ({ header, value }) => `calls with ${header}: ${value} go to v2, all others to v1`,
  dialects: ({ header, value }) => ({
    Istio: istio(
      virtualService(
        { match: [{ headers: { [header]: { exact: value } } }], route: [destination("v2")] },
        { route: [destination("v1")] },
      ),
      VERSIONS,
    ),
    GRPCRoute: grpcRoute(
      { matches: [{ headers: [{ name: header, value }] }], backendRefs: [backendRef("v2")] },
      { backendRefs: [backendRef("v1")] },
    ),
    Envoy: {
      dialect: "Envoy",
      routesBefore: [
        {
          match: { prefix: "/", headers: [{ name: header, stringMatch: { exact: value } }] },
          route: { cluster: "backend-v2" },
        },
      ],
      action: { cluster: "backend-v1" },
    },
    nginx: {
      dialect: "nginx",
      http: [`map $http_${header.replaceAll("-", "_")} $version { default backend-v1; "${value}" backend-v2; }`],
      location: ["grpc_pass grpc://$version;"],
    },
    HAProxy: {
      dialect: "HAProxy",
      frontend: [`use_backend backend-v2 if { req.hdr(${header}) -m str ${value} }`, "use_backend backend-v1"],
    },
    Traefik: {
      dialect: "Traefik",
      routers: { "backend-v2": { rule: `Header(\`${header}\`, \`${value}\`)`, service: "backend-v2" } },
      service: "backend-v1",
    },
  }),
  fields: [
    { dialect: "Istio", kind: "VirtualService", path: "spec.http[].match[].headers" },
    { dialect: "GRPCRoute", kind: "GRPCRoute", path: "spec.rules[].matches[].headers" },
    { dialect: "GRPCRoute", kind: "HTTPRoute", path: "spec.rules[].matches[].headers" },
  ],
  trial: ({ header, value }) => ({
    // With as many pods as kinds of calls, or a multiple, a rotation could be in step with the kinds, and look like a rule.
    pods: 3,
    canaryPods: 1,
    load: { rate: 100, calls: CALLS, kinds: [{ metadata: { [header]: value } }, {}] },
    roughSeconds: CALLS / 100,
  }),
  obeyed: (seen) => {
    const [having, lacking] = [ofKind(seen, WITH), ofKind(seen, WITHOUT)];
    return [
      all(
        { id: "with", what: "calls with the header that v2 answered" },
        answeredBy("v2", having, seen),
        having.length,
      ),
      all({ id: "without", what: "other calls that v1 answered" }, answeredBy("v1", lacking, seen), lacking.length),
    ];
  },
  ignored: (seen) => asIfAlike(seen, [WITH, WITHOUT]),
  // It changes among which pods a hop picks, and not how.
  onPath: (path) => path,
};
