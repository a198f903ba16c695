import { expect, test } from "vitest";
import { InputError } from "../../input-error.ts";
import { parseIstioRules } from "./istio-manifest.ts";

const rule = (kind: string, api: string, spec: string) =>
  `apiVersion: ${api}.istio.io/v1\nkind: ${kind}\nmetadata: {name: echo}\nspec: ${spec}\n`;
const destinationRule = (spec: string) => rule("DestinationRule", "networking", `{host: echo, ${spec}}`);

test("documents of a file are read one by one, comments and empty files are nothing", () => {
  const strict = rule("PeerAuthentication", "security", "{mtls: {mode: STRICT}}");
  const text = `# rules\n${destinationRule("subsets: [{name: v1, labels: {version: v1}}]")}---\n${strict}`;
  expect(parseIstioRules(text).map(({ kind }) => kind)).toEqual(["DestinationRule", "PeerAuthentication"]);
  expect(parseIstioRules("# nothing\n")).toEqual([]);
});

test.each([
  ["a: b: c", "the rules are no YAML: "],
  ["just text", "a document: "],
  [rule("Gateway", "networking", "{}"), "Gateway echo: kind: "],
  [rule("DestinationRule", "example", "{host: echo}"), "DestinationRule echo: apiVersion: "],
  [destinationRule("trafficPolicy: {tls: {mode: SIMPLE}}"), "DestinationRule echo: spec.trafficPolicy.tls.mode: "],
  [destinationRule("exportTo: ['.']"), "DestinationRule echo: spec.exportTo: "],
  [
    rule(
      "VirtualService",
      "networking",
      "{hosts: [echo], http: [{route: [{destination: {host: echo}, weight: 101}]}]}",
    ),
    "VirtualService echo: spec.http.0.route.0.weight: ",
  ],
  [rule("PeerAuthentication", "security", "{mtls: {mode: MAYBE}}"), "PeerAuthentication echo: spec.mtls.mode: "],
])("%s is refused with what is wrong", (text, reason) => {
  expect(() => parseIstioRules(text)).toThrow(InputError);
  expect(() => parseIstioRules(text)).toThrow(reason);
});
