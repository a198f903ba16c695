import { describe, expect, it } from "vitest";
import { explain } from "./kubectl.ts";

describe("why kubectl failed", () => {
  it.each([
    ['error: context "x" does not exist', "there is no context x in the kubeconfig file"],
    [
      "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
      "the cluster of context x cannot be reached",
    ],
    [
      "error: You must be logged in to the server (Unauthorized)",
      "the cluster of context x does not accept its credentials",
    ],
    [
      'Error from server (Forbidden): deployments.apps is forbidden: User "reader" cannot create resource "deployments" in API group "apps" in the namespace "lab-plain"',
      'context x lacks a permission: User "reader" cannot create resource "deployments" in API group "apps" in the namespace "lab-plain"',
    ],
    [
      'resource mapping not found for name: "backend" namespace: "lab-sidecar" from "STDIN": no matches for kind "DestinationRule" in version "networking.istio.io/v1"',
      "does not know DestinationRule (networking.istio.io/v1): for Istio's kinds run make istio CONTEXT=x first",
    ],
    ["error: unheard of", "kubectl apply failed in context x: error: unheard of"],
  ])("%s", (stderr, reason) => {
    expect(explain("x", ["apply"], stderr)).toContain(reason);
  });
});
