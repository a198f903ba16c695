import { all } from "../bounds.ts";
import { answeredBy, asIfAlike, ofKind } from "../by-version.ts";
import { backendRef, grpcRoute } from "../dialects/grpc-route.ts";
import { destination, istio, VERSIONS, virtualService } from "../dialects/istio.ts";
import { GREETER, pathOf } from "../greeter-paths.ts";
import type { Policy } from "../policy.ts";

const CALLS = 200;
const METHOD = "SayHelloStream";
const PATH = pathOf(METHOD);
/** The kinds of calls, by their indices. */
const [STREAM, UNARY] = [0, 1] as const;

/** `match-method`: calls of one method go to one version of the pods, all others to the other. */
export const matchMethod: Policy = {
  name: "match-method",
  title: "a route by method",
  parameters: {},
  source: "https://gateway-api.sigs.k8s.io/reference/spec/#grpcmethodmatch",
  asks: () => `calls of ${METHOD} go to v2, all others to v1`,
  dialects: () => ({
    Istio: istio(
      virtualService({ match: [{ uri: { exact: PATH } }], route: [destination("v2")] }, { route: [destination("v1")] }),
      VERSIONS,
    ),
    GRPCRoute: grpcRoute(
      { matches: [{ method: { service: GREETER, method: METHOD } }], backendRefs: [backendRef("v2")] },
      { backendRefs: [backendRef("v1")] },
    ),
    Envoy: {
      dialect: "Envoy",
      routesBefore: [{ match: { path: PATH }, route: { cluster: "backend-v2" } }],
      action: { cluster: "backend-v1" },
    },
    nginx: {
      dialect: "nginx",
      http: [`map $uri $version { default backend-v1; ${PATH} backend-v2; }`],
      location: ["grpc_pass grpc://$version;"],
    },
    HAProxy: {
      dialect: "HAProxy",
      frontend: [`use_backend backend-v2 if { path ${PATH} }`, "use_backend backend-v1"],
    },
    Traefik: {
      dialect: "Traefik",
      routers: { "backend-v2": { rule: `Path(\`${PATH}\`)`, service: "backend-v2" } },
      service: "backend-v1",
    },
  }),
  fields: [
    { dialect: "Istio", kind: "VirtualService", path: "spec.http[].match[].uri" },
    { dialect: "GRPCRoute", kind: "GRPCRoute", path: "spec.rules[].matches[].method" },
    { dialect: "GRPCRoute", kind: "HTTPRoute", path: "spec.rules[].matches[].path" },
  ],
  trial: () => ({
    // With as many pods as kinds of calls, or a multiple, a rotation could be in step with the kinds, and look like a rule.
    pods: 3,
    canaryPods: 1,
    load: { rate: 100, calls: CALLS, kinds: [{ method: METHOD }, {}] },
    roughSeconds: CALLS / 100,
  }),
  obeyed: (seen) => {
    const [streams, unary] = [ofKind(seen, STREAM), ofKind(seen, UNARY)];
    return [
      all(
        { id: "method", what: `calls of ${METHOD} that v2 answered` },
        answeredBy("v2", streams, seen),
        streams.length,
      ),
      all({ id: "others", what: "other calls that v1 answered" }, answeredBy("v1", unary, seen), unary.length),
    ];
  },
  ignored: (seen) => asIfAlike(seen, [STREAM, UNARY]),
  // It changes among which pods a hop picks, and not how.
  onPath: (path) => path,
};
