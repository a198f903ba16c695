import { expect, test } from "vitest";
import { InputError } from "../../input-error.ts";
import { parseIstioRules } from "./istio-manifest.ts";
import { IstioRules } from "./istio-rules.ts";

function rulesOf(...texts: string[]): IstioRules {
  const rules = new IstioRules({ service: "echo", namespace: "echo-grpc" });
  for (const text of texts) rules.apply(parseIstioRules(text));
  return rules;
}

const destinationRule = (name: string, spec: string, host = "echo.echo-grpc.svc.cluster.local") =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${name}}\nspec: {host: ${host}, ${spec}}\n`;
const virtualService = (http: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: echo}\nspec: {hosts: [echo], http: [${http}]}\n`;
const to = (subset: string, weight: string) => `{destination: {host: echo, subset: ${subset}}${weight}}`;
const MUTUAL = "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}";
const subsets = (name: string) => `subsets: [{name: ${name}, labels: {version: ${name}}}]`;

test("a rule replaces the one of its name", () => {
  expect(rulesOf(destinationRule("echo", MUTUAL)).service.tls).toBe("ISTIO_MUTUAL");
  expect(rulesOf(destinationRule("echo", MUTUAL), destinationRule("echo", subsets("v1"))).service).toEqual({
    routes: [],
    subsets: [{ name: "v1", labels: { version: "v1" } }],
  });
});

test("of two DestinationRules for the host the subsets add up, and the second one's trafficPolicy has no effect", () => {
  const { service } = rulesOf(
    destinationRule("versions", subsets("v1")),
    destinationRule("mtls", `${MUTUAL}, ${subsets("v2")}`),
  );
  expect(service.subsets?.map(({ name }) => name)).toEqual(["v1", "v2"]);
  expect(service.tls).toBeUndefined();
});

test("a destination without a weight gets all calls when it is alone, and else none", () => {
  expect(rulesOf(virtualService(`{route: [${to("v1", "")}]}`)).service.routes?.[0]?.destinations).toEqual([
    { subset: "v1", weight: 1 },
  ]);
  expect(
    rulesOf(virtualService(`{retries: {attempts: 0}, route: [${to("v1", ", weight: 100")}, ${to("v2", "")}]}`)).service
      .routes,
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
    "DestinationRule other speaks of host other, but the only Service is echo.echo-grpc",
  ],
  [
    destinationRule("other", MUTUAL).replace("{name: other}", "{name: other, namespace: lab}"),
    "speaks of namespace lab",
  ],
  [virtualService("{route: [{destination: {host: example.com}}]}"), "speaks of host example.com"],
])("what is for others is refused, and changes nothing", (text, reason) => {
  const rules = rulesOf(destinationRule("echo", subsets("v1")));
  expect(() => rules.apply(parseIstioRules(text))).toThrow(InputError);
  expect(() => rules.apply(parseIstioRules(text))).toThrow(reason);
  expect(rules.service.tls).toBeUndefined();
});
