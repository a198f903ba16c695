import { json } from "node:stream/consumers";
import { type Answer, type Answers, fakeApiServer, PatchedObject } from "@grpc-lb-lab/cluster/testing";
import type { IstioRules, RuleObject } from "@grpc-lb-lab/stage-api";
import { afterEach, expect, it, vi } from "vitest";
import { RuleObjects, specOf } from "./rule-objects.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const RULES = "/apis/networking.istio.io/v1/namespaces/lab-sidecar/destinationrules";
const SERVICES = "/apis/networking.istio.io/v1/namespaces/lab-sidecar/virtualservices";
const QUERY = "?fieldValidation=Strict&fieldManager=grpc-lb-lab";

function rule(kind: string, spec: RuleObject["spec"], name = "backend"): RuleObject {
  return { apiVersion: "networking.istio.io/v1", kind, metadata: { name }, spec };
}

const istio = (...objects: readonly RuleObject[]): IstioRules => ({ dialect: "Istio", objects });

async function lab(answers: Answers) {
  const api = await fakeApiServer(answers);
  const objects = new RuleObjects(api.client, "lab-sidecar");
  return { objects, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

/** Answers to requests that make an object, and remembers them. */
function taking(made: unknown[]): Answer {
  return async (response, request) => {
    made.push(await json(request));
    response.writeHead(201).end("{}");
  };
}

function refusing(status: number, message: string): Answer {
  return (response) => response.writeHead(status).end(JSON.stringify({ message }));
}

it("merges an object into a deployed one, and makes that what it was", async () => {
  const deployed = {
    metadata: { name: "backend" },
    spec: { host: "backend", trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } },
  };
  const object = new PatchedObject(deployed);
  await using it = await lab({ [`${RULES}/backend`]: object.answer, [`${RULES}/backend${QUERY}`]: object.answer });
  const spec = { host: "backend", trafficPolicy: { loadBalancer: { simple: "RANDOM" } } };
  await it.objects.apply(istio(rule("DestinationRule", spec)), undefined, never);
  expect(object.now).toMatchObject({
    spec: { host: "backend", trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" }, loadBalancer: { simple: "RANDOM" } } },
  });
  await it.objects.restore(never);
  expect(object.now).toMatchObject({ spec: deployed.spec, metadata: { annotations: {} } });
});

it("makes what is not there, and remembers that", async () => {
  const made: unknown[] = [];
  await using it = await lab({ [`${SERVICES}${QUERY}`]: taking(made) });
  await it.objects.apply(istio(rule("VirtualService", { hosts: ["backend"] }, "new")), undefined, never);
  expect(made).toEqual([
    {
      ...rule("VirtualService", { hosts: ["backend"] }, "new"),
      metadata: { name: "new", annotations: { "grpc-lb-lab/before-rules": "null" } },
    },
  ]);
});

it("takes back what a killed lab has left, and leaves all else", async () => {
  const left = new PatchedObject({
    metadata: { name: "backend", annotations: { "grpc-lb-lab/before-rules": '{"host":"backend"}' } },
    spec: { host: "backend", trafficPolicy: {} },
  });
  await using it = await lab({
    [RULES]: (response) => response.end(JSON.stringify({ items: [left.now, { metadata: { name: "theirs" } }] })),
    [`${RULES}/backend`]: left.answer,
    [`${RULES}/backend${QUERY}`]: left.answer,
    [SERVICES]: 403, // It may not be seen, so that this user has changed none.
  });
  await it.objects.restoreLeft(never);
  expect(left.now).toMatchObject({ spec: { host: "backend" }, metadata: { annotations: {} } });
});

it.each([
  [
    400,
    'admission webhook "rev.validation.istio.io" denied the request: configuration is invalid: no destination',
    "istiod's webhook refused the rules: configuration is invalid: no destination",
  ],
  [
    400,
    'admission webhook "policy.example.com" denied the request: no faults here',
    "the webhook policy.example.com refused the rules: no faults here",
  ],
  [422, "spec.http[0]: unknown field", "the API server refused the rules: spec.http[0]: unknown field"],
])("tells who refuses: %s %s", async (status, message, told) => {
  await using it = await lab({ [`${SERVICES}${QUERY}`]: refusing(status, message) });
  const applied = it.objects.apply(istio(rule("VirtualService", { http: [] })), undefined, never);
  await expect(applied).rejects.toMatchObject({ name: "RulesRefusedError", message: told });
});

it("is no refusal of rules that the API server is broken", async () => {
  await using it = await lab({ [`${SERVICES}${QUERY}`]: refusing(500, "etcd is gone") });
  const applied = it.objects.apply(istio(rule("VirtualService", { http: [] })), undefined, never);
  await expect(applied).rejects.toMatchObject({ name: "KubeError" });
});

it("does not apply what it does not know", async () => {
  await using it = await lab({});
  const applied = it.objects.apply(istio(rule("WasmPlugin", {})), undefined, never);
  await expect(applied).rejects.toThrow("does not know how to apply WasmPlugin backend (networking.istio.io/v1)");
});

it("attaches a route to the mode's parent, else to the Service; it takes the place of a deployed one", () => {
  const route = { ...rule("GRPCRoute", { rules: [] }), apiVersion: "gateway.networking.k8s.io/v1" };
  const edge = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge" };
  const service = { group: "", kind: "Service", name: "backend" };
  expect(specOf(route, { hostnames: ["theirs"] }, edge)).toEqual({ parentRefs: [edge], rules: [] });
  expect(specOf(route, undefined)).toEqual({ parentRefs: [service], rules: [] });
  const own = { ...route, spec: { parentRefs: [{ name: "own" }], rules: [] } };
  expect(specOf(own, undefined)).toEqual(own.spec);
});
