import { expect, it } from "vitest";
import { canaryDeployment, versionRules, versionServices } from "./canary-objects.ts";

const TEMPLATE = {
  metadata: { labels: { app: "backend", version: "v1", "app.kubernetes.io/name": "backend" } },
  spec: { containers: [{ name: "app", image: "backend:dev" }] },
};

it("a Deployment selects its own pods alone, which the Services of all pods select as well", () => {
  const backend = { metadata: { name: "backend", labels: { tier: "x" } }, spec: { template: TEMPLATE }, status: {} };
  expect(canaryDeployment(backend, TEMPLATE, 2)).toMatchObject({
    metadata: { name: "backend-v2", labels: { tier: "x", "grpc-lb-lab/canary": "" } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "backend", version: "v2" } },
      template: {
        metadata: { labels: { ...TEMPLATE.metadata.labels, version: "v2", "grpc-lb-lab/canary": "" } },
        spec: TEMPLATE.spec,
      },
    },
  });
});

it("each version has the ports of the Service backend, and its address family", () => {
  const port = { name: "grpc", port: 50_051, targetPort: "grpc", appProtocol: "grpc" };
  const families = { ipFamilies: ["IPv6"], ipFamilyPolicy: "SingleStack" };
  const services = versionServices({
    metadata: { name: "backend" },
    spec: { ports: [{ ...port, nodePort: 30_001 }], ...families },
  });
  const spec = (version: string) => ({ selector: { app: "backend", version }, ports: [port], ...families });
  const labels = { "grpc-lb-lab/canary": "" };
  const service = (name: string, spec: object) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels },
    spec,
  });
  expect(services).toEqual([
    service("backend-v1", spec("v1")),
    service("backend-v1-headless", { ...spec("v1"), clusterIP: "None" }),
    service("backend-v2", spec("v2")),
    service("backend-v2-headless", { ...spec("v2"), clusterIP: "None" }),
  ]);
});

it("Istio's clients are told the TLS of backend for each version, where they have to be told", () => {
  const tls = { mode: "ISTIO_MUTUAL" };
  const specs = (deployed?: Parameters<typeof versionRules>[0]) =>
    versionRules(deployed).objects.map(({ spec }) => spec);
  const subsets = ["v1", "v2"].map((name) => ({ name, labels: { version: name } }));
  expect(specs()).toEqual([{ host: "backend", subsets }]);
  expect(specs({ host: "backend", trafficPolicy: { tls } })).toEqual([
    { host: "backend", subsets },
    { host: "backend-v1", trafficPolicy: { tls } },
    { host: "backend-v2", trafficPolicy: { tls } },
  ]);
});
