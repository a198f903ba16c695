import { fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { InputError } from "@grpc-lb-lab/stage-api";
import { afterEach, expect, it, vi } from "vitest";
import { routeVerdict, verdictOf } from "./route-status.ts";

afterEach(() => vi.unstubAllEnvs());

const GRPC_ROUTE = { apiVersion: "gateway.networking.k8s.io/v1", kind: "GRPCRoute", plural: "grpcroutes" };
const OURS = "istio.io/gateway-controller";

function route(...conditions: readonly (readonly [type: string, status: string, observedGeneration: number])[]) {
  const all = conditions.map(([type, status, observedGeneration]) => ({
    type,
    status,
    observedGeneration,
    reason: status === "True" ? type : "BackendNotFound",
    message: status === "True" ? "" : "backend(nowhere) not found",
  }));
  return {
    metadata: { name: "backend", generation: 2 },
    status: { parents: [{ controllerName: OURS, conditions: all }] },
  };
}

it("is not known before a controller has looked at the route as it is now", () => {
  expect(verdictOf({ metadata: { name: "backend", generation: 1 } })).toBeUndefined();
  expect(verdictOf(route(["Accepted", "True", 1], ["ResolvedRefs", "True", 1]))).toBeUndefined();
  expect(verdictOf(route(["Accepted", "True", 2], ["ResolvedRefs", "False", 1]))).toBeUndefined();
});

it("is nothing where all conditions hold", () => {
  const all = route(["Accepted", "True", 2], ["ResolvedRefs", "True", 2], ["PartiallyInvalid", "False", 2]);
  expect(verdictOf(all)).toEqual({ refusals: [], problems: [] });
});

it("is a refusal where a controller does not accept it", () => {
  const reason = "Accepted: False, BackendNotFound: backend(nowhere) not found";
  const verdict = verdictOf(route(["Accepted", "False", 2], ["ResolvedRefs", "True", 2]));
  expect(verdict).toEqual({ refusals: [{ by: OURS, reason }], problems: [] });
});

it("is a problem and no refusal where a route is accepted whose Services are not found, or of which a part is dropped", () => {
  const unresolved = verdictOf(route(["Accepted", "True", 2], ["ResolvedRefs", "False", 2]));
  const words = "ResolvedRefs: False, BackendNotFound: backend(nowhere) not found";
  expect(unresolved).toEqual({ refusals: [], problems: [`${OURS} says of GRPCRoute backend: ${words}`] });
  const partial = route(["Accepted", "True", 2], ["ResolvedRefs", "True", 2], ["PartiallyInvalid", "True", 2]);
  expect(verdictOf(partial)?.problems).toEqual([
    `${OURS} says of GRPCRoute backend: PartiallyInvalid: True, PartiallyInvalid`,
  ]);
});

it.each([
  ["no controller has taken GRPCRoute backend in namespace lab-gateway (parent: Service backend)", {}],
  [`the controller ${OURS} has not looked at GRPCRoute backend`, route(["Accepted", "False", 1])],
])("is neither where nobody looks at it: %s", async (words, answer) => {
  const name = { ...GRPC_ROUTE, name: "backend" };
  const now = { ...route(), spec: { parentRefs: [{ kind: "Service", name: "backend" }] }, status: {}, ...answer };
  await using api = await fakeApiServer({
    [`/apis/${name.apiVersion}/namespaces/lab-gateway/grpcroutes/backend`]: now,
  });
  const never = new AbortController().signal;
  const failure: unknown = await routeVerdict(api.client, "lab-gateway", name, never, 1).catch((e) => e);
  expect(failure).toBeInstanceOf(InputError);
  expect((failure as Error).message).toContain(words);
  expect((failure as Error).message).toContain("in force for nobody and refused by nobody");
});
