import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, test } from "vitest";
import { parseIstioRules } from "./istio-manifest.ts";
import { IstioRules } from "./istio-rules.ts";

function rulesOf(...texts: string[]): IstioRules {
  const rules = new IstioRules({ services: ["echo"], namespace: "echo-grpc", port: 7070 });
  for (const text of texts) rules.apply(parseIstioRules(text));
  return rules;
}

const destinationRule = (name: string, spec: string, host = "echo.echo-grpc.svc.cluster.local") =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${name}}\nspec: {host: ${host}, ${spec}}\n`;
const virtualService = (http: string, name = "echo") =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ${name}}\nspec: {hosts: [echo], http: [${http}]}\n`;
const to = (subset: string, weight: string) => `{destination: {host: echo, subset: ${subset}}${weight}}`;
const MUTUAL = "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}";
const subsets = (name: string) => `subsets: [{name: ${name}, labels: {version: ${name}}}]`;

test("a rule replaces the one of its name", () => {
  expect(rulesOf(destinationRule("echo", MUTUAL)).service("echo").tls).toBe("ISTIO_MUTUAL");
  expect(rulesOf(destinationRule("echo", MUTUAL), destinationRule("echo", subsets("v1"))).service("echo")).toEqual({
    routes: [],
    subsets: [{ name: "v1", labels: { version: "v1" } }],
  });
});

test("of several DestinationRules for the host the subsets add up, and the oldest trafficPolicy counts", () => {
  const rules = rulesOf(
    destinationRule("versions", subsets("v1")),
    destinationRule("mtls", `${MUTUAL}, ${subsets("v2")}`),
    destinationRule("plain", "trafficPolicy: {tls: {mode: DISABLE}}"),
  );
  expect(rules.service("echo").subsets?.map(({ name }) => name)).toEqual(["v1", "v2"]);
  expect(rules.service("echo").tls).toBe("ISTIO_MUTUAL");
  expect(rules.states.filter(({ notes }) => notes.length > 0)).toEqual([
    {
      name: "DestinationRule/plain",
      notes: ["spec.trafficPolicy: that of DestinationRule/mtls is older, and the oldest for a host counts"],
    },
  ]);
});

test("of two VirtualServices for the host the older counts, until it is deleted; a rule that is replaced stays as old", () => {
  const [first, second] = [
    virtualService(`{route: [${to("v1", "")}]}`, "a"),
    virtualService(`{route: [${to("v2", "")}]}`, "b"),
  ];
  const rules = rulesOf(first, second, first);
  const subset = () => rules.service("echo").routes?.map(({ destinations }) => destinations[0]?.subset);
  expect(subset()).toEqual(["v1"]);
  expect(rules.states).toEqual([
    { name: "VirtualService/a", notes: [] },
    { name: "VirtualService/b", notes: ["VirtualService/a is older, and the oldest for a host counts"] },
  ]);
  rules.delete(parseIstioRules(first));
  expect(subset()).toEqual(["v2"]);
  expect(() => rules.delete(parseIstioRules(first))).toThrow("there is no VirtualService/a");
});

test("timeout, retries, port and each match of a route are taken; weights are relative", () => {
  const route = `{match: [{headers: {x-canary: {exact: "yes"}}}, {uri: {prefix: /proto.EchoTestService/}}], timeout: 1m1.5s, retries: {attempts: 3}, route: [{destination: {host: echo, port: {number: 7070}, subset: v1}, weight: 999}, ${to("v2", ", weight: 1")}]}`;
  const destinations = [
    { subset: "v1", weight: 999 },
    { subset: "v2", weight: 1 },
  ];
  const rest = { destinations, timeoutMs: 61_500, retries: { attempts: 3 } };
  expect(rulesOf(virtualService(route)).service("echo").routes).toEqual([
    { match: { headers: { "x-canary": { exact: "yes" } } }, ...rest },
    { match: { path: { prefix: "/proto.EchoTestService/" } }, ...rest },
  ]);
});

test("a policy that gRPC rejects is named with its field, and is the culprit of what a client says of it", () => {
  const rules = rulesOf(destinationRule("echo", "trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}"));
  const field = "spec.trafficPolicy.loadBalancer.simple";
  expect(rules.states[0]?.notes).toEqual([
    `${field}: gRPC without a proxy rejects LEAST_REQUEST, and no call to the host is then answered`,
  ]);
  expect(rules.culprit("unsupported lb_policy: LEAST_REQUEST")).toEqual({ name: "DestinationRule/echo", field });
  expect(rules.culprit("something else")).toBeUndefined();
});

test("a header that is to be there, by {} or by the regex *, and other matches are taken", () => {
  const headers = '{x-any: {}, x-star: {regex: "*"}, x-regex: {regex: "a.*"}, x-user: {prefix: b}}';
  const route = `{match: [{headers: ${headers}}], route: [${to("v1", "")}]}`;
  expect(rulesOf(virtualService(route)).service("echo").routes?.[0]?.match).toEqual({
    headers: {
      "x-any": { present: true },
      "x-star": { present: true },
      "x-regex": { regex: "a.*" },
      "x-user": { prefix: "b" },
    },
  });
});

test.each([
  [
    "{delay: {fixedDelay: 1m1.5s, percentage: {value: 12.5}}, abort: {httpStatus: 503, percentage: {value: 100}}}",
    { delay: { fixedDelayMs: 61_500, percentage: 12.5 }, abort: { httpStatus: 503, percentage: 100 } },
    [],
  ],
  [
    "{delay: {fixedDelay: 5s, percent: 10}, abort: {grpcStatus: UNAVAILABLE, percentage: {}}}",
    { delay: { fixedDelayMs: 5_000, percentage: 10 }, abort: { grpcStatus: 14, percentage: 0 } },
    [],
  ],
  [
    "{delay: {fixedDelay: 5s}, abort: {grpcStatus: OK}}",
    { delay: { fixedDelayMs: 5_000 }, abort: { grpcStatus: 0 } },
    [
      "spec.http.0.fault.delay: without a percentage it delays no call",
      "spec.http.0.fault.abort: gRPC without a proxy rejects an abort without a percentage: it keeps its previous routes, and without any its calls wait for their deadline",
    ],
  ],
])("the fault %s is taken, and what gRPC makes nothing of is named", (fault, taken, notes) => {
  const rules = rulesOf(virtualService(`{fault: ${fault}, route: [${to("v1", "")}]}`));
  expect(rules.service("echo").routes?.map((route) => route.fault)).toEqual([taken]);
  expect(rules.states[0]?.notes).toEqual(notes);
});

test("an abort without a percentage is the culprit of what a client says of the filter's configuration", () => {
  const fine = `{match: [{uri: {exact: /a}}], fault: {abort: {httpStatus: 503, percentage: {value: 1}}}, route: [${to("v1", "")}]}`;
  const rejected = `{fault: {abort: {httpStatus: 503}}, route: [${to("v1", "")}]}`;
  const rules = rulesOf(destinationRule("echo", subsets("v1")), virtualService(`${fine}, ${rejected}`));
  expect(rules.culprit("routes[].typed_per_filter_config[envoy.filters.http.fault] validation failed")).toEqual({
    name: "VirtualService/echo",
    field: "spec.http.1.fault.abort",
  });
});

test("each field without effect is named with why", () => {
  const route = `{mirror: {host: echo}, headers: {}, corsPolicy: {}, withoutHeaders: {}, route: [${to("v1", "")}]}`;
  const pool = "{http: {http2MaxRequests: 1, maxRetries: 1}, tcp: {maxConnections: 1, tcpKeepalive: {}}}";
  const policy = `trafficPolicy: {loadBalancer: {simple: RANDOM}, outlierDetection: {}, connectionPool: ${pool}}`;
  const notes = rulesOf(destinationRule("echo", policy), virtualService(route)).states.flatMap((state) => state.notes);
  expect(notes).toEqual([
    "spec.trafficPolicy.outlierDetection: istiod does not send it to gRPC without a proxy, nor does the lab's own control plane",
    "spec.trafficPolicy.connectionPool.http.maxRetries: istiod does not send it to gRPC without a proxy, nor does the lab's own control plane",
    "spec.trafficPolicy.connectionPool.tcp: istiod does not send it to gRPC without a proxy, nor does the lab's own control plane",
    "spec.trafficPolicy.loadBalancer.simple: istiod does not send RANDOM to gRPC without a proxy, which then rotates",
    "spec.http.0.mirror: gRPC without a proxy ignores it",
    "spec.http.0.headers: gRPC without a proxy ignores it",
    "spec.http.0.corsPolicy: the lab's own control plane does not send it; istiod does, and gRPC without a proxy then rejects all routes of the host",
    "spec.http.0.withoutHeaders: the lab's own control plane does not send it",
  ]);
});

test("a destination without a weight gets all calls when it is alone, and else none", () => {
  expect(rulesOf(virtualService(`{route: [${to("v1", "")}]}`)).service("echo").routes?.[0]?.destinations).toEqual([
    { subset: "v1", weight: 1 },
  ]);
  expect(
    rulesOf(virtualService(`{retries: {attempts: 0}, route: [${to("v1", ", weight: 100")}, ${to("v2", "")}]}`)).service(
      "echo",
    ).routes,
  ).toEqual([
    {
      destinations: [
        { subset: "v1", weight: 100 },
        { subset: "v2", weight: 0 },
      ],
      retries: { attempts: 0 },
    },
  ]);
});

test("a PeerAuthentication is for the namespace, or for the pods that it selects", () => {
  const text = `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: one}
spec: {selector: {matchLabels: {version: v1}}, mtls: {mode: STRICT}}\n`;
  expect(rulesOf(text).peerAuthentications).toEqual([
    { namespace: "echo-grpc", mode: "STRICT", labels: { version: "v1" } },
  ]);
});

test.each([
  [
    destinationRule("other", MUTUAL, "other"),
    "DestinationRule other names host other, but the only Service is echo.echo-grpc",
  ],
  [destinationRule("other", MUTUAL).replace("{name: other}", "{name: other, namespace: lab}"), "names namespace lab"],
  [virtualService("{route: [{destination: {host: example.com}}]}"), "names host example.com"],
  [
    virtualService("{route: [{destination: {host: echo, port: {number: 80}}}]}"),
    "names port 80, but the Service's only port is 7070",
  ],
])("what is for others is refused, and changes nothing", (text, reason) => {
  const rules = rulesOf(destinationRule("echo", subsets("v1")));
  expect(() => rules.apply(parseIstioRules(text))).toThrow(InputError);
  expect(() => rules.apply(parseIstioRules(text))).toThrow(reason);
  expect(rules.service("echo").tls).toBeUndefined();
});
