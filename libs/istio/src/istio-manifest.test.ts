import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, test } from "vitest";
import { parseIstioRules } from "./istio-manifest.ts";

const rule = (kind: string, api: string, spec: string) =>
  `apiVersion: ${api}.istio.io/v1\nkind: ${kind}\nmetadata: {name: echo}\nspec: ${spec}\n`;
const destinationRule = (spec: string) => rule("DestinationRule", "networking", `{host: echo, ${spec}}`);

test("documents of a file are read one by one, comments and empty files are nothing", () => {
  const strict = rule("PeerAuthentication", "security", "{mtls: {mode: STRICT}}");
  const text = `# rules\n${destinationRule("subsets: [{name: v1, labels: {version: v1}}]")}---\n${strict}`;
  expect(parseIstioRules(text).map(({ rule: { kind } }) => kind)).toEqual(["DestinationRule", "PeerAuthentication"]);
  expect(parseIstioRules("# nothing\n")).toEqual([]);
});

test("a document that is empty, at the end too, is nothing, and a list is its items", () => {
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [{ apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", metadata: { name: "a" }, spec: {} }],
  };
  const text = `---\n# nothing\n---\n${destinationRule("subsets: []")}---\n${JSON.stringify(list)}\n---\n`;
  expect(parseIstioRules(text).map(({ rule: { kind } }) => kind)).toEqual(["DestinationRule", "PeerAuthentication"]);
});

test("fields without effect are named, all of them, and what an API server fills in is not", () => {
  const route =
    "{mirror: {host: echo}, retries: {attempts: 3, perTryTimeout: 2s}, timeout: 5s, route: [{destination: {host: echo, port: {number: 7070}}}]}";
  const text = rule("VirtualService", "networking", `{hosts: [echo], exportTo: ['.'], http: [${route}]}`).replace(
    "{name: echo}",
    '{name: echo, uid: u1, resourceVersion: "7", creationTimestamp: null}',
  );
  expect(parseIstioRules(`${text}status: {}\n`).flatMap(({ unheeded }) => unheeded)).toEqual([
    "spec.exportTo",
    "spec.http.0.mirror",
    "spec.http.0.retries.perTryTimeout",
  ]);
});

test("of what has no effect, each field is named, with those of faults", () => {
  const fault =
    "{delay: {fixedDelay: 5s, exponentialDelay: 1s, percent: 10}, abort: {grpcStatus: NOT_FOUND, percentage: {value: 0.5}}}";
  const route = `{fault: ${fault}, corsPolicy: {}, mirrors: [{destination: {host: echo}}], route: [{destination: {host: echo}}]}`;
  const [written] = parseIstioRules(rule("VirtualService", "networking", `{hosts: [echo], http: [${route}]}`));
  expect(written?.unheeded).toEqual([
    "spec.http.0.fault.delay.exponentialDelay",
    "spec.http.0.corsPolicy",
    "spec.http.0.mirrors",
  ]);
});

const faulty = (fault: string) =>
  rule(
    "VirtualService",
    "networking",
    `{hosts: [echo], http: [{fault: ${fault}, route: [{destination: {host: echo}}]}]}`,
  );

test("every mistake is named at once", () => {
  const text = `${destinationRule("trafficPolicy: {tls: {mode: SIMPLE}}")}---\n${rule("PeerAuthentication", "security", "{mtls: {mode: MAYBE}}")}`;
  expect(() => parseIstioRules(text)).toThrow(
    /spec\.trafficPolicy\.tls\.mode: .*PeerAuthentication echo: spec\.mtls\.mode: /,
  );
});

test.each([
  ["a: b: c", "the rules are not valid YAML: "],
  ["just text", "a document: "],
  [rule("Gateway", "networking", "{}"), "Gateway echo: kind: "],
  [rule("DestinationRule", "example", "{host: echo}"), "DestinationRule echo: apiVersion: "],
  [destinationRule("trafficPolicy: {tls: {mode: SIMPLE}}"), "DestinationRule echo: spec.trafficPolicy.tls.mode: "],
  [
    rule("VirtualService", "networking", "{hosts: [echo], http: [{route: [{destination: {host: echo}, weight: -1}]}]}"),
    "VirtualService echo: spec.http.0.route.0.weight: ",
  ],
  [rule("PeerAuthentication", "security", "{mtls: {mode: MAYBE}}"), "PeerAuthentication echo: spec.mtls.mode: "],
  [faulty("{}"), "VirtualService echo: spec.http.0.fault: must have a delay, an abort or both"],
  [faulty("{delay: {}}"), "VirtualService echo: spec.http.0.fault.delay.fixedDelay: "],
  [faulty("{delay: {fixedDelay: 10us}}"), "spec.http.0.fault.delay.fixedDelay: must be at least 1ms"],
  [faulty("{abort: {}}"), "spec.http.0.fault.abort: must have one of httpStatus and grpcStatus"],
  [faulty("{abort: {httpStatus: 503, grpcStatus: ABORTED}}"), "must have one of httpStatus and grpcStatus"],
  [faulty("{abort: {httpStatus: 600}}"), "spec.http.0.fault.abort.httpStatus: "],
  [faulty("{abort: {grpcStatus: Unavailable}}"), "spec.http.0.fault.abort.grpcStatus: "],
  [faulty("{abort: {httpStatus: 503, percentage: {value: 101}}}"), "spec.http.0.fault.abort.percentage.value: "],
])("%s is refused with what is wrong", (text, reason) => {
  expect(() => parseIstioRules(text)).toThrow(InputError);
  expect(() => parseIstioRules(text)).toThrow(reason);
});
