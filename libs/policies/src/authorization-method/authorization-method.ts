import { oneKindDenied } from "../denied.ts";
import { denied, istio } from "../dialects/istio.ts";
import { ALL_ANSWERED_WITHOUT, allAnswered } from "../ended-with.ts";
import { pathOf } from "../greeter-paths.ts";
import type { Policy } from "../policy.ts";
import { PERMISSION_DENIED } from "../status-codes.ts";

const CALLS = 100;
const METHOD = "SayHelloStream";
const PATH = pathOf(METHOD);
/** The kinds of calls, by their indices. */
const [DENIED, ALLOWED] = [0, 1] as const;

/** `authorization-method`: calls of one method are denied, all others are allowed. */
export const authorizationMethod: Policy = {
  name: "authorization-method",
  title: "a method that is denied",
  parameters: {},
  source: "https://github.com/grpc/proposal/blob/master/A41-xds-rbac.md",
  asks: () => `calls of ${METHOD} end PERMISSION_DENIED, and no pod sees them`,
  // Neither gRPC's service config nor a GRPCRoute denies anything. A router of Traefik's that denies would need a middleware of its own.
  dialects: () => ({
    Istio: istio(denied({ to: [{ operation: { paths: [PATH] } }] })),
    Envoy: {
      dialect: "Envoy",
      httpFilters: [
        {
          name: "envoy.filters.http.rbac",
          typedConfig: {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
            rules: {
              action: "DENY",
              policies: {
                [METHOD]: { permissions: [{ urlPath: { path: { exact: PATH } } }], principals: [{ any: true }] },
              },
            },
          },
        },
      ],
    },
    nginx: {
      dialect: "nginx",
      server: [
        `location = ${PATH} { default_type application/grpc; add_header grpc-status ${PERMISSION_DENIED}; add_header grpc-message denied; return 200; }`,
      ],
    },
    HAProxy: {
      dialect: "HAProxy",
      frontend: [
        `http-request return status 200 content-type application/grpc hdr grpc-status ${PERMISSION_DENIED} hdr grpc-message denied if { path ${PATH} }`,
      ],
    },
  }),
  fields: [
    { dialect: "Istio", kind: "AuthorizationPolicy", path: "spec.rules[].to[].operation.paths" },
    { dialect: "Istio", kind: "AuthorizationPolicy", path: "spec.rules[].to[].operation.notPaths" },
  ],
  trial: () => ({
    pods: 2,
    meshAuthorization: true,
    load: { rate: 100, calls: CALLS, kinds: [{ method: METHOD }, {}] },
    roughSeconds: CALLS / 100,
  }),
  control: ALL_ANSWERED_WITHOUT,
  obeyed: (seen) => oneKindDenied(seen, DENIED, ALLOWED),
  ignored: (seen) => [allAnswered(seen)],
  // It changes no pick.
  onPath: (path) => path,
};
