import { expect, it } from "vitest";
import { objectName } from "./rule-kinds.ts";

it("knows an object of another version of its API, and applies it as that", () => {
  const rule = { apiVersion: "networking.istio.io/v1beta1", kind: "Sidecar", metadata: { name: "default" }, spec: {} };
  expect(objectName(rule)).toEqual({
    apiVersion: rule.apiVersion,
    kind: "Sidecar",
    plural: "sidecars",
    name: "default",
  });
});

it("refuses a kind of another API of the same name, and says which there are", () => {
  const rule = { apiVersion: "example.com/v1", kind: "Sidecar", metadata: { name: "default" }, spec: {} };
  expect(() => objectName(rule)).toThrow(
    /does not know how to apply Sidecar default \(example.com\/v1\): rules may be of the kinds VirtualService, /,
  );
});
