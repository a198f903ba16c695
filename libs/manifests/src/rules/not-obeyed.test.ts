import { describe, expect, it } from "vitest";
import { recorded } from "../testing/recorded.ts";
import { found, object, workload } from "../testing/shop.ts";

const IGNORED = recorded(
  { mode: "proxyless", dialect: "Istio", policy: "mirror", outcome: "ignored" },
  { mode: "sidecar", dialect: "Istio", policy: "mirror", outcome: "obeyed" },
  { mode: "proxyless", dialect: "Istio", policy: "timeout", outcome: "obeyed" },
  { mode: "proxyless", dialect: "Istio", policy: "request-headers", outcome: "differs" },
  { mode: "proxyless", dialect: "Istio", policy: "outlier-detection", outcome: "ignored" },
  { mode: "gateway", dialect: "Istio", policy: "outlier-detection", outcome: "ignored" },
  { mode: "gateway", dialect: "Istio", policy: "authorization-method", outcome: "ignored" },
  { mode: "gateway", dialect: "Istio", policy: "mirror", outcome: "ignored" },
  { mode: "gateway", dialect: "GRPCRoute", policy: "mirror", outcome: "ignored" },
  { mode: "proxyless", dialect: "GRPCRoute", policy: "mirror", outcome: "ignored" },
  { mode: "proxyless", dialect: "Istio", policy: "authorization-method", outcome: "ignored" },
  { mode: "proxyless", dialect: "Istio", policy: "authorization-identity", outcome: "refused" },
  { mode: "sidecar", dialect: "Istio", policy: "authorization-identity", outcome: "refused" },
  { mode: "proxyless", dialect: "Istio", policy: "mtls-strict", outcome: "differs" },
);
const TARGET = "xds:///backend.shop.svc.cluster.local:50051";
const PROXYLESS = workload({ BACKEND_TARGET: TARGET });
const route = [{ destination: { host: "backend" } }];
const MIRROR = { route, mirror: { host: "backend" } };
const EJECTION = { outlierDetection: { consecutive5xxErrors: 5 } };

function places(manifests: readonly string[]): string[] {
  return found("not-obeyed", manifests, { recorded: IGNORED }).map(({ object: of, reason }) => `${of} ${reason}`);
}

describe("what somebody accepts and does not do", () => {
  const rule = object("VirtualService", {
    hosts: ["backend"],
    http: [
      { match: [{ uri: { prefix: "/a" } }], route },
      { ...MIRROR, timeout: "1s", headers: { request: { set: { a: "b" } } } },
    ],
  });

  it("is a warning at each field: who, what, seen when and with which versions, what works, and the command", () => {
    const warnings = found("not-obeyed", [PROXYLESS, rule], { recorded: IGNORED });
    expect(warnings).toMatchObject([
      {
        severity: "warning",
        object: "VirtualService/backend",
        reason: "spec.http[1].mirror: clients without a proxy (Deployment/client) accept this, and do nothing of it",
        seen: "mirror under proxyless (Istio): ignored, on the kubernetes stage, 2026-01-01, with Istio 1.31.0, grpc-js 1.14.7",
        remedy: "send the copies from the application; modes that obey it: sidecar",
        shownBy: "lab policy mirror --mode proxyless --dialect istio",
      },
      {
        reason:
          "spec.http[1].headers.request: clients without a proxy (Deployment/client) make something else of this (as it was seen)",
      },
    ]);
  });

  it("is no warning for those who obey, or whom nobody calls so, or where nothing is recorded", () => {
    expect(places([workload({ BACKEND_TARGET: "backend:50051" }, { mesh: "sidecar" }), rule])).toEqual([]);
    expect(places([rule])).toEqual([]);
    expect(found("not-obeyed", [PROXYLESS, rule])).toEqual([]);
  });

  it("is none where the figures of a trial fitted neither, and nobody has said what was seen", () => {
    const expectations = [{ id: "a", what: "calls that failed at first", bound: "some", measured: "0", ok: false }];
    const cell = { mode: "proxyless", dialect: "Istio", policy: "mirror", outcome: "differs", expectations } as const;
    const options = { recorded: recorded({ ...cell, words: "calls that failed at first: 0" }) };
    expect(found("not-obeyed", [PROXYLESS, rule], options)).toEqual([]);
  });

  it.each(["v1", "v1beta1", "v1alpha3"])("is found in rules of %s", (version) => {
    const older = object(
      "VirtualService",
      { hosts: ["backend"], http: [MIRROR] },
      { version: `networking.istio.io/${version}` },
    );
    expect(places([PROXYLESS, older])).toHaveLength(1);
  });
});

describe("a DestinationRule", () => {
  const policies = (spec: object, of = {}) => object("DestinationRule", { host: "backend", ...spec }, of);

  it("is read with the policies of its subsets, and of the ports that are called", () => {
    const port = (number: number) => ({ port: { number }, ...EJECTION });
    const rule = policies({
      trafficPolicy: EJECTION,
      subsets: [
        { name: "v1", trafficPolicy: { ...EJECTION, portLevelSettings: [port(50_051), port(8080)] } },
        { name: "v2" },
      ],
    });
    expect(places([PROXYLESS, rule]).map((text) => text.split(/[ :]/)[1])).toEqual([
      "spec.trafficPolicy.outlierDetection",
      "spec.subsets[0].trafficPolicy.portLevelSettings[0].outlierDetection",
    ]);
    expect(places([PROXYLESS, policies({ trafficPolicy: { portLevelSettings: [port(8080)] } })])).toEqual([]);
  });

  it("is no warning where another one is in force for those who would not obey", () => {
    const general = policies({ trafficPolicy: EJECTION });
    const own = policies({ workloadSelector: { matchLabels: { app: "client" } }, trafficPolicy: {} }, { name: "own" });
    const others = policies({ workloadSelector: { matchLabels: { app: "other" } }, trafficPolicy: EJECTION });
    expect(places([PROXYLESS, general])).toHaveLength(1);
    expect(places([PROXYLESS, general, own])).toEqual([]);
    expect(places([PROXYLESS, others])).toEqual([]);
  });

  it.each([
    ["its own namespace, by the full name", { host: "backend.shop.svc.cluster.local" }, "shop", 1],
    ["a wildcard", { host: "*.shop.svc.cluster.local" }, "shop", 1],
    ["every host", { host: "*" }, "istio-system", 1],
    ["the root namespace", { host: "backend.shop.svc.cluster.local" }, "istio-system", 1],
    [
      "a namespace that is neither the client's nor the Service's",
      { host: "backend.shop.svc.cluster.local" },
      "other",
      0,
    ],
    ["a short name of another namespace", { host: "backend" }, "other", 0],
    ["another host", { host: "frontend" }, "shop", 0],
    ["a wildcard of another namespace", { host: "*.other.svc.cluster.local" }, "shop", 0],
  ])("of %s", (_, spec, namespace, count) => {
    expect(places([PROXYLESS, policies({ ...spec, trafficPolicy: EJECTION }, { namespace })])).toHaveLength(count);
  });

  it("of the Service's namespace is read by clients of others where it is exported to them", () => {
    const client = workload({ TARGET: TARGET }, { namespace: "till" });
    const exported = (...exportTo: string[]) => policies({ trafficPolicy: EJECTION, exportTo });
    expect([exported(), exported("*"), exported("till")].map((rule) => places([client, rule]).length)).toEqual([
      1, 1, 1,
    ]);
    expect([exported("."), exported("desk")].map((rule) => places([client, rule]).length)).toEqual([0, 0]);
    const nearer = policies({ host: "backend.shop.svc.cluster.local", trafficPolicy: {} }, { namespace: "till" });
    expect(places([client, exported(), nearer])).toEqual([]);
  });

  it("is read by a gateway of what its routes lead to", () => {
    const backendRefs = [{ name: "backend", port: 50_051 }];
    const edge = [
      object(
        "Gateway",
        { gatewayClassName: "own", listeners: [{ name: "a", port: 80, protocol: "HTTP" }] },
        { name: "edge" },
      ),
      object("GatewayClass", { controllerName: "istio.io/gateway-controller" }, { name: "own" }),
      object("GRPCRoute", { parentRefs: [{ name: "edge" }], rules: [{ backendRefs }] }),
    ];
    expect(places([...edge, policies({ trafficPolicy: EJECTION })])).toEqual([
      "DestinationRule/backend spec.trafficPolicy.outlierDetection: gateways of the class own (Gateway/edge) accept this, and do nothing of it",
    ]);
  });
});

describe("a VirtualService", () => {
  const routes = (spec: object, of = {}) =>
    object("VirtualService", { hosts: ["backend"], http: [MIRROR], ...spec }, of);

  it.each([
    ["several hosts", { hosts: ["frontend", "backend"] }, {}, 1],
    ["a wildcard", { hosts: ["*.shop.svc.cluster.local"] }, {}, 1],
    ["another namespace, by the full name", { hosts: ["backend.shop.svc.cluster.local"] }, { namespace: "other" }, 1],
    [
      "another namespace alone",
      { hosts: ["backend.shop.svc.cluster.local"], exportTo: ["."] },
      { namespace: "other" },
      0,
    ],
    ["another namespace's own host", {}, { namespace: "other" }, 0],
    ["gateways alone", { gateways: ["edge"] }, {}, 0],
    ["gateways and the mesh", { gateways: ["edge", "mesh"] }, {}, 1],
    ["callers of other labels", { http: [{ ...MIRROR, match: [{ sourceLabels: { app: "other" } }] }] }, {}, 0],
    ["callers of a gateway", { http: [{ ...MIRROR, match: [{ gateways: ["edge"] }] }] }, {}, 0],
    ["another port", { http: [{ ...MIRROR, match: [{ port: 8080 }] }] }, {}, 0],
    ["this port", { http: [{ ...MIRROR, match: [{ port: 50_051 }] }] }, {}, 1],
    ["mirrors in a list", { http: [{ route, mirrors: [{ destination: { host: "backend" } }] }] }, {}, 1],
  ])("of %s", (_, spec, of, count) => {
    expect(places([PROXYLESS, routes(spec, of)])).toHaveLength(count);
  });

  it("that names the host counts before a wildcard, and delegates are read through it", () => {
    const wildcard = routes({ hosts: ["*.shop.svc.cluster.local"] }, { name: "all" });
    expect(places([PROXYLESS, wildcard, routes({ http: [{ route }] })])).toEqual([]);
    const root = routes({ http: [{ delegate: { name: "part" } }] });
    const part = object("VirtualService", { http: [MIRROR] }, { name: "part" });
    expect(places([PROXYLESS, root, part])).toHaveLength(1);
    expect(places([PROXYLESS, part])).toEqual([]);
  });

  it.each([
    [{ TARGET: "xds:///backend:50051" }, 1],
    [{ TARGET: "xds:///backend.shop:50051" }, 1],
    [{ ADDRESS: "--server=xds:///backend.$(NAMESPACE).svc.cluster.local:50051", NAMESPACE: "shop" }, 1],
    [{ TARGET: "xds:///frontend:50051" }, 0],
    [{ TARGET: "backend:50051" }, 0],
  ])("is read by a client with %j", (env, count) => {
    expect(places([workload(env), routes({})])).toHaveLength(count);
  });
});

describe("a route of the Gateway API", () => {
  const filters = [{ type: "RequestMirror", requestMirror: { backendRef: { name: "backend", port: 50_051 } } }];
  const rules = [{ filters, backendRefs: [{ name: "backend", port: 50_051 }] }];
  const gateway = (gatewayClassName: string) =>
    object(
      "Gateway",
      { gatewayClassName, listeners: [{ name: "grpc", port: 80, protocol: "HTTP" }] },
      { name: "edge" },
    );
  const service = { group: "", kind: "Service", name: "backend" };

  it.each(["GRPCRoute", "HTTPRoute"])(
    "%s is told of by the class of its gateway, or by who calls its Service",
    (kind) => {
      const atEdge = object(kind, { parentRefs: [{ name: "edge" }], rules });
      expect(places([gateway("istio"), atEdge])).toHaveLength(1);
      expect(places([gateway("other"), atEdge])).toEqual([]);
      const onService = object(kind, { parentRefs: [service], rules });
      expect(places([PROXYLESS, onService])).toHaveLength(1);
      expect(places([onService])).toEqual([]);
    },
  );

  it("is for the clients of its own namespace where the Service is of another, and for the port it names", () => {
    const ofOther = object(
      "GRPCRoute",
      { parentRefs: [{ ...service, namespace: "shop" }], rules },
      { namespace: "till" },
    );
    expect(places([PROXYLESS, ofOther])).toEqual([]);
    expect(places([workload({ TARGET: TARGET }, { namespace: "till" }), ofOther])).toHaveLength(1);
    expect(places([PROXYLESS, object("GRPCRoute", { parentRefs: [{ ...service, port: 8080 }], rules })])).toEqual([]);
  });
});

describe("rules for servers", () => {
  const server = workload({}, { name: "backend", serves: true });
  const paths = [{ to: [{ operation: { paths: ["/a.B/C"] } }] }];
  const denied = (spec: object, of = {}) =>
    object("AuthorizationPolicy", { action: "DENY", rules: paths, ...spec }, of);
  const selector = (app: string) => ({ selector: { matchLabels: { app } } });

  it("are read by the pods that they select", () => {
    expect(places([server, denied(selector("backend"))])).toEqual([
      "AuthorizationPolicy/backend spec.rules[0].to[0].operation.paths: servers without a proxy (Deployment/backend) accept this, and do nothing of it",
    ]);
    expect(places([server, denied({}), denied({}, { namespace: "istio-system", name: "all" })])).toHaveLength(2);
    expect(places([server, denied(selector("other"))])).toEqual([]);
    expect(places([server, denied({}, { namespace: "other" })])).toEqual([]);
    expect(places([server, denied({ targetRefs: [{ group: "", kind: "Service", name: "backend" }] })])).toEqual([]);
    expect(places([PROXYLESS, denied({})])).toEqual([]); // It serves nothing.
    expect(places([workload({}, { name: "backend", serves: true, mesh: "sidecar" }), denied({})])).toEqual([]);
  });

  it("are read by nobody outside the mesh, as gateways know", () => {
    const outside = workload({}, { name: "backend", serves: true, mesh: "none" });
    const listeners = [{ name: "a", port: 80, protocol: "HTTP" }];
    const edge = [
      object("Gateway", { gatewayClassName: "istio", listeners }, { name: "edge" }),
      object("GRPCRoute", {
        parentRefs: [{ name: "edge" }],
        rules: [{ backendRefs: [{ name: "backend", port: 50_051 }] }],
      }),
      object("Service", { selector: { app: "backend" }, ports: [{ name: "grpc", port: 50_051 }] }),
    ];
    expect(places([outside, ...edge, denied({})])).toHaveLength(1);
    expect(places([outside, denied({})])).toEqual([]);
    expect(places([server, ...edge, denied({})])).toHaveLength(1); // Of the server itself.
  });

  it("tell of what somebody with a proxy refuses, too", () => {
    const principals = [{ from: [{ source: { principals: ["*/sa/client"] } }] }];
    const sidecar = workload({}, { name: "backend", serves: true, mesh: "sidecar" });
    expect(places([sidecar, denied({ rules: principals })])[0]).toContain("sidecars (Deployment/backend) refuse this");
    const refused = found("proxyless-refuses", [server, denied({ rules: principals })], { recorded: IGNORED });
    expect(refused.map(({ severity }) => severity)).toEqual(["problem"]);
  });

  it("of mutual TLS are read in all, in ports, and not where others are closer", () => {
    const mode = (spec: object, of = {}) => object("PeerAuthentication", spec, of);
    const all = mode({ mtls: { mode: "STRICT" } });
    expect(places([server, all])).toHaveLength(1);
    const port = { ...selector("backend"), portLevelMtls: { 50051: { mode: "STRICT" } } };
    expect(places([server, mode(port)])[0]).toContain("spec.portLevelMtls.50051.mode (STRICT)");
    expect(places([server, mode({ mtls: { mode: "DISABLE" } })])).toEqual([]);
    const closer = mode({ ...selector("backend"), mtls: { mode: "DISABLE" } }, { name: "closer" });
    expect(places([server, all, closer])).toEqual([]);
    expect(places([workload({}, { name: "other", serves: true }), all, closer])).toHaveLength(1);
  });
});
