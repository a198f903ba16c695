import { describe, expect, it, vi } from "vitest";
import { type CheckOptions, checkManifests } from "./check-manifests.ts";
import { readManifests } from "./read-manifests.ts";
import { deployment, service } from "./testing/deployment.ts";

const check = (documents: readonly string[], options: CheckOptions = {}) =>
  checkManifests(readManifests(documents.join("---\n"), "shop.yaml"), options);
const rules = (documents: readonly string[], options: CheckOptions = {}) =>
  check(documents, options).map(({ rule, severity }) => (severity === "note" ? `note: ${rule}` : rule));

describe("a container that speaks gRPC", () => {
  it.each([
    [
      "a Service's appProtocol grpc",
      "ports: [{containerPort: 50051}]",
      "{name: rpc, port: 80, targetPort: 50051, appProtocol: grpc}",
    ],
    [
      "h2c, as the Gateway API has it",
      "ports: [{containerPort: 50051}]",
      "{port: 80, targetPort: 50051, appProtocol: kubernetes.io/h2c}",
    ],
    ["a Service's port by name", "ports: [{containerPort: 50051}]", "{name: grpc-api, port: 80, targetPort: 50051}"],
    ["a port that the container does not declare", "env: []", "{name: grpc, port: 50051}"],
    ["a gRPC probe", "readinessProbe: {grpc: {port: 50051}}", "{name: grpc, port: 80, targetPort: 50051}"],
    ["its own port's name", "ports: [{name: grpc, containerPort: 50051}]", "{name: grpc, port: 80, targetPort: grpc}"],
  ])("is recognised by %s", (_, container, port) => {
    expect(rules([deployment(container), service(port)])).toEqual(["drain-present"]);
  });

  it("is recognised by its probe, and the Service's port that does not say so is found", () => {
    const probe = 'livenessProbe: {exec: {command: ["/bin/grpc_health_probe", "-addr=:50051"]}}';
    expect(rules([deployment(probe), service("{name: http, port: 80, targetPort: 50051}")])).toEqual([
      "drain-present",
      "grpc-port-names",
    ]);
  });

  it("is recognised by being told", () => {
    const documents = [deployment("ports: [{containerPort: 9000}]"), service("{name: api, port: 9000}")];
    expect(rules(documents)).toEqual([]);
    expect(rules(documents, { grpcPorts: [9000] })).toEqual(["drain-present", "grpc-port-names"]);
  });
});

describe("what the schemas do not know or refuse", () => {
  const broken = deployment("ports: [{name: grpc, containerPort: 50051}]");

  it.each([
    [
      "an Ingress of old",
      "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: shop, namespace: shop}\nspec: {}\n",
    ],
    [
      "somebody's own kind",
      "apiVersion: acme.example/v1\nkind: Shop\nmetadata: {name: shop}\nspec: {template: text}\n",
    ],
  ])("%s is noted, and hides nothing", (_, other) => {
    expect(rules([other, broken])).toEqual(["note: schema", "drain-present"]);
  });

  it("an unknown field is a problem, and hides nothing", () => {
    expect(rules([broken.replace("replicas: 2", "replica: 2")])).toEqual(["schema", "drain-present"]);
  });

  it("what cannot be read by its type is left out, and nothing is then missed for it", () => {
    const unreadable = broken.replace("replicas: 2", "replicas: two");
    expect(rules([unreadable, service("{name: grpc, port: 50051}")])).toEqual(["schema"]);
  });
});

it("a Gateway is checked without a word of the schemas' own", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const listener = "listeners: [{name: grpc, protocol: HTTP, port: 50051}]";
  const gateway = `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec: {gatewayClassName: istio, ${listener}}\n`;
  expect(rules([gateway])).toEqual([]);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

describe("mutual TLS", () => {
  const probed = deployment(
    "lifecycle: {preStop: {sleep: {seconds: 5}}}\n          readinessProbe: {grpc: {port: 50051}}",
    '{app: backend, "sidecar.istio.io/inject": "true"}',
  ).replace(
    "template:\n    metadata: {",
    'template:\n    metadata: {annotations: {"inject.istio.io/templates": grpc-agent, "proxy.istio.io/config": "holdApplicationUntilProxyStarts: true"}, ',
  );
  const peers = (namespace: string, spec: string) =>
    `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: ${namespace}}\nspec: ${spec}\n`;

  it.each([
    ["of the mesh", peers("istio-system", "{mtls: {mode: STRICT}}"), ["probes-under-strict"]],
    ["of the namespace", peers("shop", "{mtls: {mode: STRICT}}"), ["probes-under-strict"]],
    ["of another namespace", peers("office", "{mtls: {mode: STRICT}}"), []],
    [
      "of a port",
      peers("shop", "{selector: {matchLabels: {app: backend}}, portLevelMtls: {50051: {mode: STRICT}}}"),
      ["probes-under-strict"],
    ],
    [
      "not of this port",
      peers(
        "shop",
        "{selector: {matchLabels: {app: backend}}, mtls: {mode: STRICT}, portLevelMtls: {50051: {mode: DISABLE}}}",
      ),
      [],
    ],
  ])("%s is asked of a probe", (_, peer, found) => {
    expect(rules([probed, peer])).toEqual(found);
  });
});

describe("rules of Istio", () => {
  const route = (name: string, host: string) =>
    `apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: ${name}, namespace: shop}\nspec: {hosts: [${host}], http: [{route: [{destination: {host: backend}}]}]}\n`;
  const destination = (name: string, spec: string) =>
    `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${name}, namespace: shop}\nspec: {host: backend, ${spec}}\n`;
  const drained = [
    deployment("ports: [{name: grpc, containerPort: 50051}]\n          lifecycle: {preStop: {sleep: {seconds: 5}}}"),
    service("{name: grpc, port: 50051}"),
  ];

  it.each([
    [
      "subsets of two DestinationRules are joined",
      [
        destination("a", "subsets: [{name: all, labels: {app: backend}}]"),
        destination("b", "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}"),
      ],
      [],
    ],
    [
      "two traffic policies are not",
      [destination("a", "trafficPolicy: {}"), destination("b", "trafficPolicy: {}")],
      ["one-destination-rule"],
    ],
    [
      "two VirtualServices for one host are not",
      [route("a", "backend"), route("b", "backend.shop.svc.cluster.local")],
      ["one-virtual-service"],
    ],
    ["a host without a Service", [route("a", "back-end")], ["hosts-exist"]],
    ["a name with a dot, which Istio does not complete", [route("a", "backend.shop")], ["hosts-exist"]],
    ["a host of another namespace, whose Services are not here", [route("a", "mail.office.svc.cluster.local")], []],
    ["a host outside", [route("a", "api.example.com")], []],
  ])("%s", (_, documents, found) => {
    expect(rules([...drained, ...documents])).toEqual(found);
  });
});

it("checks as many objects as a large cluster has", () => {
  const [of, has] = readManifests(
    [deployment("readinessProbe: {grpc: {port: 50051}}"), service("{name: grpc, port: 50051}")].join("---\n"),
    "shop.yaml",
  );
  const namespaces = Array.from({ length: 2_000 }, (_, index) => `shop-${index}`);
  const objects = namespaces.flatMap((namespace) =>
    [of, has].flatMap((one) => (one === undefined ? [] : [{ ...one, metadata: { ...one.metadata, namespace } }])),
  );
  const problems = checkManifests(objects);
  expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set(["drain-present"]));
  expect(problems).toHaveLength(namespaces.length);
});

it("finds the mistake of two Deployments that share their containers by a YAML anchor", () => {
  const pods = (name: string, containers: string) =>
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}}, spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: ${containers}}}}}`;
  const shared = "&shared [{name: app, image: 'a:1', ports: [{name: grpc, containerPort: 50051}]}]";
  const list = `{apiVersion: v1, kind: List, items: [${pods("a", shared)}, ${pods("b", "*shared")}]}`;
  const missing = check([list]).filter(({ rule }) => rule === "drain-present");
  expect(missing.map(({ object }) => object)).toEqual(["Deployment/a", "Deployment/b"]);
});
