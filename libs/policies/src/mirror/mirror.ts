import { all, between } from "../bounds.ts";
import { backendRef, grpcRoute } from "../dialects/grpc-route.ts";
import { destination, istio, NOT_RETRIED, VERSIONS, virtualService } from "../dialects/istio.ts";
import { allAnswered } from "../ended-with.ts";
import type { Policy } from "../policy.ts";
import { receivedCalls } from "../received.ts";

const CALLS = 200;
const RATE = 100;
/** Nobody waits for copies: those of the last tenth of a second may be on their way when pods are asked. */
const ON_THEIR_WAY = RATE / 10;

/** `mirror`: a copy of each call goes to version v2, whose answers nobody sees. */
export const mirror: Policy = {
  name: "mirror",
  title: "mirrored calls",
  parameters: {},
  source: "https://gateway-api.sigs.k8s.io/guides/http-request-mirroring/",
  asks: () => "version v1 answers all calls, and version v2 gets a copy of each",
  dialects: () => ({
    Istio: istio(
      VERSIONS,
      virtualService({
        ...NOT_RETRIED,
        route: [destination("v1")],
        mirror: { host: "backend", subset: "v2" },
        mirrorPercentage: { value: 100 },
      }),
    ),
    GRPCRoute: grpcRoute({
      backendRefs: [backendRef("v1")],
      filters: [{ type: "RequestMirror", requestMirror: { backendRef: backendRef("v2") } }],
    }),
    Envoy: {
      dialect: "Envoy",
      action: { cluster: "backend-v1", requestMirrorPolicies: [{ cluster: "backend-v2" }] },
    },
    nginx: {
      dialect: "nginx",
      // A subrequest has the path of its location, and gRPC calls the method by its path.
      server: ["location = /mirror { internal; rewrite ^ $request_uri break; grpc_pass grpc://backend-v2; }"],
      location: ["mirror /mirror;", "grpc_pass grpc://backend-v1;"],
    },
    Traefik: {
      dialect: "Traefik",
      services: {
        mirrored: { mirroring: { service: "backend-v1", mirrors: [{ name: "backend-v2", percent: 100 }] } },
      },
      service: "mirrored",
    },
  }),
  fields: [
    { dialect: "Istio", kind: "VirtualService", path: "spec.http[].mirror" },
    { dialect: "Istio", kind: "VirtualService", path: "spec.http[].mirrors" },
    { dialect: "GRPCRoute", kind: "GRPCRoute", path: "spec.rules[].filters[].requestMirror" },
    { dialect: "GRPCRoute", kind: "HTTPRoute", path: "spec.rules[].filters[].requestMirror" },
    { dialect: "GRPCRoute", kind: "GRPCRoute", path: "spec.rules[].backendRefs[].filters[].requestMirror" },
    { dialect: "GRPCRoute", kind: "HTTPRoute", path: "spec.rules[].backendRefs[].filters[].requestMirror" },
  ],
  trial: () => ({ pods: 4, canaryPods: 2, load: { rate: RATE, calls: CALLS }, roughSeconds: CALLS / RATE }),
  obeyed: (seen) => [
    allAnswered(seen),
    all({ id: "v1", what: "calls that pods of version v1 receive" }, receivedCalls(seen, "v1"), seen.records.length),
    between(
      { id: "copies", what: "copies that pods of version v2 receive" },
      receivedCalls(seen, "v2"),
      Math.max(1, seen.records.length - ON_THEIR_WAY),
      seen.records.length,
      seen.records.length,
    ),
  ],
  ignored: (seen) => [
    all({ id: "received", what: "calls that pods receive, copies included" }, receivedCalls(seen), seen.records.length),
  ],
  // Copies change no pick of the calls that are answered.
  onPath: (path) => path,
};
