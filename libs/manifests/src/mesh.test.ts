import { expect, it } from "vitest";
import type { Labels } from "./manifest.ts";
import { meshOf } from "./mesh.ts";

const app = { name: "app", image: "example.com/app:1.0" };
const pod = { containers: [app] };

function inNamespace(namespace: Labels | undefined, labels: Labels = {}, annotations: Labels = {}) {
  const metadata = { name: "shop", labels: namespace ?? {} };
  const known = namespace === undefined ? undefined : { apiVersion: "v1", kind: "Namespace", metadata };
  return meshOf({ labels, annotations, pod }, known);
}

it.each([
  ["no Namespace and a pod without labels", undefined, undefined, {}, {}],
  ["istio-injection", "sidecar", { "istio-injection": "enabled" }, {}, {}],
  ["a revision or its tag", "sidecar", { "istio.io/rev": "stable" }, {}, {}],
  ["a pod that is left out", undefined, { "istio.io/rev": "stable" }, { "sidecar.istio.io/inject": "false" }, {}],
  ["the annotation of old", undefined, { "istio-injection": "enabled" }, {}, { "sidecar.istio.io/inject": "false" }],
  ["a pod that asks", "sidecar", undefined, { "sidecar.istio.io/inject": "true" }, {}],
  ["a pod that names a revision", "sidecar", {}, { "istio.io/rev": "1-31" }, {}],
  [
    "a namespace that is left out",
    undefined,
    { "istio-injection": "disabled" },
    { "sidecar.istio.io/inject": "true" },
    {},
  ],
  ["ambient", "ambient", { "istio.io/dataplane-mode": "ambient" }, {}, {}],
  [
    "a pod outside of ambient",
    undefined,
    { "istio.io/dataplane-mode": "ambient" },
    { "istio.io/dataplane-mode": "none" },
    {},
  ],
  [
    "the agent, in a namespace that is not known",
    "grpc-agent",
    undefined,
    {},
    { "inject.istio.io/templates": "grpc-agent" },
  ],
  ["no agent, in a namespace that does not inject", undefined, {}, {}, { "inject.istio.io/templates": "grpc-agent" }],
  ["the agent", "grpc-agent", { "istio.io/rev": "stable" }, {}, { "inject.istio.io/templates": "grpc-agent" }],
] as const)("%s: %s", (_, mesh, namespace, labels, annotations) => {
  expect(inNamespace(namespace, labels, annotations)).toBe(mesh);
});

it("is seen in a pod that was injected, and a pod in its node's network is not injected", () => {
  const injected = { containers: [app, { name: "istio-proxy", image: "docker.io/istio/proxyv2:1.31.0" }] };
  expect(meshOf({ labels: {}, annotations: {}, pod: injected }, undefined)).toBe("sidecar");
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels: { "istio-injection": "enabled" } },
  };
  expect(meshOf({ labels: {}, annotations: {}, pod: { ...pod, hostNetwork: true } }, namespace)).toBeUndefined();
});
