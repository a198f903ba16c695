import { expect, test } from "vitest";
import { neededFor } from "./deploy.ts";

test.each([
  ["kind: Namespace\nmetadata:\n  labels:\n    istio-injection: enabled\n", ["istio"]],
  ["apiVersion: networking.istio.io/v1\nkind: VirtualService\n", ["istio"]],
  ["apiVersion: gateway.networking.k8s.io/v1\nspec:\n  gatewayClassName: istio\n", ["istio", "gateway-api"]],
  ["apiVersion: gateway.networking.k8s.io/v1\nspec:\n  gatewayClassName: istio-like\n", ["gateway-api"]],
  ["apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n", []],
])("%j needs %j", (manifests, needed) => {
  expect(neededFor(manifests)).toEqual(needed);
});
