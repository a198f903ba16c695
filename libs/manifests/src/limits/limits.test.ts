import { POLICIES, RECORDED_FOLDER, readRecorded } from "@grpc-lb-lab/policies";
import { describe, expect, it } from "vitest";
import { askedPlaces, placeText } from "../readers/asked-places.ts";
import { recorded } from "../testing/recorded.ts";
import { found, object, workload } from "../testing/shop.ts";
import { IGNORED_BY_PROXYLESS } from "./ignored-by-proxyless.ts";
import { FIXES, INSTEAD } from "./instead.ts";
import { REFUSED_BY_PROXYLESS } from "./refused-by-proxyless.ts";
import { cellOf, FIELDS, isNotDone } from "./seen.ts";

const CLIENT = workload({ TARGET: "xds:///backend:50051" });
const SERVER = workload({}, { name: "backend", serves: true });
const route = [{ destination: { host: "backend" } }];
const routes = (fields: object) => object("VirtualService", { hosts: ["backend"], http: [{ route, ...fields }] });
const policy = (trafficPolicy: object) => object("DestinationRule", { host: "backend", trafficPolicy });
const allowed = (spec: object, name = "a") => object("AuthorizationPolicy", spec, { name });
const filtered = (kind: string, filter: object) =>
  object(kind, {
    parentRefs: [{ group: "", kind: "Service", name: "backend" }],
    rules: [{ filters: [filter], backendRefs: [{ name: "backend", port: 50_051 }] }],
  });
const patched = (context: string, spec = {}) => {
  const filter = { name: "envoy.filters.http.lua" };
  const patch = { operation: "INSERT_BEFORE", value: filter };
  return object("EnvoyFilter", { configPatches: [{ applyTo: "HTTP_FILTER", match: { context }, patch }], ...spec });
};
const RULES = [{ to: [{ operation: { paths: ["/a.B/C"] } }] }];
const header = { set: [{ name: "a", value: "b" }] };

const IGNORED = [
  ["rewrite", routes({ rewrite: { uri: "/b" } })],
  ["headers of answers", routes({ headers: { response: { set: { a: "b" } } } })],
  ["headers of answers by destination", routes({ route: [{ ...route[0], headers: { response: { remove: ["a"] } } }] })],
  ["a rewrite by an HTTPRoute", filtered("HTTPRoute", { type: "URLRewrite", urlRewrite: { hostname: "b" } })],
  [
    "headers of answers by a GRPCRoute",
    filtered("GRPCRoute", { type: "ResponseHeaderModifier", responseHeaderModifier: header }),
  ],
  ["LEAST_CONN", policy({ loadBalancer: { simple: "LEAST_CONN" } })],
  ["PASSTHROUGH", policy({ loadBalancer: { simple: "PASSTHROUGH" } })],
  ["a cookie", policy({ loadBalancer: { consistentHash: { httpCookie: { name: "a", ttl: "0s" } } } })],
  ["TLS of Istio's clients", policy({ tls: { mode: "SIMPLE" } })],
  ["most connections", policy({ connectionPool: { tcp: { maxConnections: 5 } } })],
  ["an EnvoyFilter", patched("SIDECAR_INBOUND", { workloadSelector: { labels: { app: "client" } } })],
  ["an EnvoyFilter for any", patched("ANY")],
  ["nothing that is allowed", allowed({})],
  ["CUSTOM", allowed({ action: "CUSTOM", provider: { name: "a" }, rules: RULES })],
  ["callers by token", allowed({ rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] })],
  ["a claim", allowed({ rules: [{ ...RULES[0], when: [{ key: "request.auth.claims[a]", values: ["b"] }] }] })],
  ["tokens", object("RequestAuthentication", { jwtRules: [{ issuer: "https://example.com" }] })],
  ["either way of TLS", object("PeerAuthentication", { mtls: { mode: "PERMISSIVE" } })],
] as const;

const REFUSED = [
  ["corsPolicy", routes({ corsPolicy: { maxAge: "1h" } })],
  ["redirect", object("VirtualService", { hosts: ["backend"], http: [{ redirect: { uri: "/b" } }] })],
  ["an abort of nobody knows how many", routes({ fault: { abort: { grpcStatus: "UNAVAILABLE" } } })],
  ["nine retries", routes({ retries: { attempts: 9 } })],
  ["maglev", policy({ loadBalancer: { consistentHash: { httpHeaderName: "a", maglev: {} } } })],
  [
    "a redirect by an HTTPRoute",
    filtered("HTTPRoute", { type: "RequestRedirect", requestRedirect: { hostname: "b" } }),
  ],
] as const;

describe("what sources say of gRPC without a proxy, where no run does", () => {
  it.each([
    ...IGNORED.map(([name, rule]) => [name, "not-obeyed", rule] as const),
    ...REFUSED.map(([name, rule]) => [name, "proxyless-refuses", rule] as const),
  ])("%s: %s", (_, rule, manifest) => {
    expect(found(rule, [CLIENT, SERVER, manifest])).toHaveLength(1);
    expect(found(rule, [CLIENT, SERVER, manifest])[0]?.source).toMatch(/^https:|^istio\//);
    expect(found(rule, [manifest])).toEqual([]);
    const meshed = [
      workload({ TARGET: "backend:50051" }, { mesh: "sidecar" }),
      workload({}, { name: "backend", serves: true, mesh: "sidecar" }),
    ];
    expect(found(rule, [...meshed, manifest])).toEqual([]);
  });

  it.each([
    ["an abort of a share", routes({ fault: { abort: { grpcStatus: "UNAVAILABLE", percentage: { value: 5 } } } })],
    ["four retries", routes({ retries: { attempts: 4 } })],
    ["a ring by a header", policy({ loadBalancer: { consistentHash: { httpHeaderName: "a" } } })],
    ["Istio's TLS", policy({ tls: { mode: "ISTIO_MUTUAL" } })],
    ["most calls", policy({ connectionPool: { http: { http2MaxRequests: 5 } } })],
    ["a filter of gateways", patched("GATEWAY")],
    ["a filter of others", patched("ANY", { workloadSelector: { labels: { app: "other" } } })],
    ["what is denied", allowed({ action: "DENY", rules: [{}] })],
    ["a method that is allowed", allowed({ rules: RULES })],
    ["STRICT", object("PeerAuthentication", { mtls: { mode: "STRICT" } })],
  ])("nothing of %s", (_, manifest) => {
    const all = [CLIENT, SERVER, manifest];
    expect([...found("not-obeyed", all), ...found("proxyless-refuses", all)]).toEqual([]);
  });

  it("nothing of a policy that allows nothing, where another one for the same pods allows something", () => {
    const one = allowed({ selector: { matchLabels: { app: "backend" } }, rules: RULES }, "b");
    expect(found("not-obeyed", [SERVER, allowed({}), one])).toEqual([]);
    const other = workload({}, { name: "other", serves: true });
    expect(found("not-obeyed", [SERVER, other, allowed({}), one])[0]?.reason).toContain("(Deployment/other)");
  });

  it("relies on a run that stands for it, where there is one", () => {
    const cell = { mode: "proxyless", dialect: "Istio", policy: "local-rate-limit" } as const;
    const by = (outcome: "ignored" | "obeyed") => ({ recorded: recorded({ ...cell, outcome }) });
    expect(found("not-obeyed", [CLIENT, patched("ANY")], by("ignored"))[0]?.seen).toContain("local-rate-limit under");
    expect(found("not-obeyed", [CLIENT, patched("ANY")], by("obeyed"))).toEqual([]);
  });
});

describe("beside what is recorded", () => {
  it("LEAST_REQUEST is refused by the record alone, with the client's own words, and RANDOM is not", async () => {
    const options = { recorded: await readRecorded(RECORDED_FOLDER, "kubernetes") };
    const balanced = (simple: string) => [CLIENT, policy({ loadBalancer: { simple } })];
    expect(found("proxyless-refuses", balanced("LEAST_REQUEST"), options)).toMatchObject([
      {
        severity: "problem",
        reason:
          "spec.trafficPolicy.loadBalancer.simple (LEAST_REQUEST): clients without a proxy (Deployment/client) refuse this, and all their calls then fail UNAVAILABLE",
        seen: expect.stringMatching(/refused \(the client \(NACK\).*grpc-js-xds 1\.14\.1/),
        fix: "simple: ROUND_ROBIN",
      },
    ]);
    expect(found("proxyless-refuses", balanced("LEAST_REQUEST"))).toEqual([]);
    expect(found("proxyless-refuses", balanced("RANDOM"), options)).toEqual([]);
    expect(found("not-obeyed", balanced("RANDOM"), options)).toHaveLength(1);
  });

  it("a limit is of no field that a policy asks by, but for values that no trial asks for: one source for each", () => {
    const limits = [...IGNORED_BY_PROXYLESS, ...REFUSED_BY_PROXYLESS];
    const both = [...IGNORED, ...REFUSED].flatMap(([, text]) => {
      const manifest = JSON.parse(text);
      const asked = new Set(FIELDS.flatMap(({ field }) => askedPlaces(manifest, field)).map(placeText));
      return limits.flatMap((limit) => limit.places(manifest).map(placeText)).filter((place) => asked.has(place));
    });
    expect(both).toEqual(["spec.http[0].fault.abort", "spec.http[0].retries.attempts"]);
  });

  it("every advice names policies that there are, and each policy that a mode does not obey has one", async () => {
    const record = await readRecorded(RECORDED_FOLDER, "kubernetes");
    const names = new Set(POLICIES.map(({ name }) => name));
    const named = Object.values(INSTEAD).flatMap((all) => all.flatMap(({ policy: name }) => name ?? []));
    expect([...Object.keys(INSTEAD), ...Object.keys(FIXES), ...named].filter((name) => !names.has(name))).toEqual([]);
    const asked = new Set(FIELDS.map(({ policy: { name } }) => name));
    const lost = record.cells
      .filter(({ policy: name, mode }) => asked.has(name) && mode === "proxyless")
      .filter(isNotDone);
    expect(lost.filter(({ policy: name }) => INSTEAD[name] === undefined).map(({ policy: name }) => name)).toEqual([]);
    expect(cellOf(record, { mode: "proxyless", policy: "mirror", dialect: "Istio" })?.outcome).toBe("ignored");
  });
});
