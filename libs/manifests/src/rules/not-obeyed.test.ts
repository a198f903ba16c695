import type { Recorded, RecordedCell } from "@grpc-lb-lab/policies";
import { describe, expect, it } from "vitest";
import { checkManifests } from "../check-manifests.ts";
import { readManifests } from "../read-manifests.ts";

const CELL = { expectations: [], refusals: [], parameters: {}, asked: "", durationMs: 1, recording: 0 };

function recorded(...cells: readonly Pick<RecordedCell, "mode" | "dialect" | "policy" | "outcome">[]): Recorded {
  return {
    schema: "grpc-lb-lab/recorded-outcomes/1",
    stage: "kubernetes",
    recordings: [{ date: "2026-01-01", versions: {} }],
    cells: cells.map((cell) => ({ ...CELL, words: "as it was seen", ...cell })),
  };
}

const IGNORED = recorded(
  { mode: "proxyless", dialect: "Istio", policy: "mirror", outcome: "ignored" },
  { mode: "proxyless", dialect: "Istio", policy: "timeout", outcome: "obeyed" },
  { mode: "proxyless", dialect: "Istio", policy: "request-headers", outcome: "differs" },
  { mode: "gateway", dialect: "GRPCRoute", policy: "mirror", outcome: "ignored" },
);

const CLIENT = (target: string, annotations: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: client, namespace: shop }
spec:
  selector: { matchLabels: { app: client } }
  template:
    metadata:
      labels: { app: client, sidecar.istio.io/inject: "true" }
      annotations: ${annotations}
    spec:
      containers:
        - { name: app, image: "shop/client:1", env: [{ name: BACKEND_TARGET, value: "${target}" }] }
`;
const PROXYLESS = CLIENT("xds:///backend.shop.svc.cluster.local:50051", "{ inject.istio.io/templates: grpc-agent }");
const VIRTUAL_SERVICE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: backend, namespace: shop }
spec:
  hosts: [backend]
  http:
    - match: [{ uri: { prefix: /a } }]
      route: [{ destination: { host: backend } }]
    - timeout: 1s
      mirror: { host: backend }
      headers: { request: { set: { x-a: b } } }
      route: [{ destination: { host: backend } }]
`;

function warnings(text: string, known?: Recorded) {
  const problems = checkManifests(readManifests(text, "all.yaml"), known === undefined ? {} : { recorded: known });
  return problems.filter(({ rule }) => rule === "not-obeyed");
}

describe("what somebody accepts and does not do", () => {
  it("is a warning at each field, with what was seen and the command that shows it", () => {
    const found = warnings([PROXYLESS, VIRTUAL_SERVICE].join("---"), IGNORED);
    expect(found.map(({ severity, object, reason }) => [severity, object, reason])).toEqual([
      ["warning", "VirtualService/backend", "clients without a proxy accept this, and do nothing of it"],
      ["warning", "VirtualService/backend", "clients without a proxy make something else of this (as it was seen)"],
    ]);
    expect(found[0]?.remedy).toContain("lab policy mirror --mode proxyless");
    const text = [PROXYLESS, VIRTUAL_SERVICE].join("---").split("\n");
    expect(found.map(({ line = 0 }) => text[line - 1]?.trim().split(":")[0])).toEqual(["mirror", "headers"]);
  });

  it("is no warning for those who obey, or whom nobody calls so, or where nothing is recorded", () => {
    const sidecar = CLIENT("backend:50051", "{}");
    expect(warnings([sidecar, VIRTUAL_SERVICE].join("---"), IGNORED)).toEqual([]);
    expect(warnings(VIRTUAL_SERVICE, IGNORED)).toEqual([]);
    expect(warnings([PROXYLESS, VIRTUAL_SERVICE].join("---"))).toEqual([]);
  });

  it("is told of a route at a gateway by the gateway's class", () => {
    const gateway = (gatewayClassName: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec: { gatewayClassName: ${gatewayClassName}, listeners: [{ name: grpc, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: { name: backend, namespace: shop }
spec:
  parentRefs: [{ name: edge }]
  rules:
    - filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: backend, port: 50051 } } }]
      backendRefs: [{ name: backend, port: 50051 }]
`;
    expect(warnings(gateway("istio"), IGNORED)).toHaveLength(1);
    expect(warnings(gateway("other"), IGNORED)).toEqual([]);
  });
});
