import { expect, it } from "vitest";
import { refusalsOf } from "./route-status.ts";

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
  expect(refusalsOf({ metadata: { name: "backend", generation: 1 } })).toBeUndefined();
  expect(refusalsOf(route(["Accepted", "True", 1], ["ResolvedRefs", "True", 1]))).toBeUndefined();
  expect(refusalsOf(route(["Accepted", "True", 2], ["ResolvedRefs", "False", 1]))).toBeUndefined();
});

it("is nothing where all conditions hold", () => {
  expect(refusalsOf(route(["Accepted", "True", 2], ["ResolvedRefs", "True", 2]))).toEqual([]);
});

it("is what a controller says that does not hold", () => {
  const reason = "ResolvedRefs: False, BackendNotFound: backend(nowhere) not found";
  const refusals = refusalsOf(route(["Accepted", "True", 2], ["ResolvedRefs", "False", 2]));
  expect(refusals).toEqual([{ by: OURS, reason }]);
});
