import { describe, expect, it } from "vitest";
import { explain } from "./kubectl.ts";

describe("why kubectl failed", () => {
  it.each([
    [
      'Error from server (Forbidden): deployments.apps is forbidden: User "reader" cannot create resource "deployments" in API group "apps" in the namespace "lab-plain"',
      'context x lacks a permission: User "reader" cannot create resource "deployments" in API group "apps" in the namespace "lab-plain"',
    ],
    [
      'resource mapping not found for name: "backend" namespace: "lab-sidecar" from "STDIN": no matches for kind "DestinationRule" in version "networking.istio.io/v1"',
      "does not know DestinationRule (networking.istio.io/v1): for Istio's kinds run make istio, for those of the Gateway API make gateway-api, each with CONTEXT=x",
    ],
    ["error: unheard of", "kubectl apply failed in context x: error: unheard of"],
  ])("%s", (stderr, reason) => {
    expect(explain("x", ["apply"], stderr)).toContain(reason);
  });
});
