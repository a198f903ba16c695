import { InputError } from "@grpc-lb-lab/input-error";
import { expect, test } from "vitest";
import { originOf } from "./origin.ts";
import { readManifests } from "./read-manifests.ts";

test("documents are read as Kubernetes reads them, empty ones left out", () => {
  const text = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nimmutable: on\n---\n---\n";
  expect(readManifests(text, "a.yaml")).toEqual([
    { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, immutable: true },
  ]);
});

test.each([
  ["a: [", /^InputError: b\.yaml is not valid YAML: /],
  ["a: 1", /^InputError: b\.yaml has a document that is not a Kubernetes object/],
])("%j is refused with the reason", (text, message) => {
  expect(() => readManifests(text, "b.yaml")).toThrow(InputError);
  try {
    readManifests(text, "b.yaml");
  } catch (error) {
    expect(String(error)).toMatch(message);
  }
});

test("lists are their items, of one kind or of several, also within lists, and JSON is as good as YAML", () => {
  const deployment = { metadata: { name: "a" } };
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "b" } };
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [{ apiVersion: "apps/v1", kind: "DeploymentList", items: [deployment] }, service],
  };
  expect(readManifests(JSON.stringify(list), "list.json")).toEqual([
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" } },
    service,
  ]);
});

test("what an API server fills in, and nulls, are left out", () => {
  const text = `
apiVersion: v1
kind: Pod
metadata: {generateName: job-, creationTimestamp: null, uid: 1, resourceVersion: "7", managedFields: [], labels: {a: b}}
spec: {nodeName: null, containers: []}
status: {phase: Running}
`;
  expect(readManifests(text, "pod.yaml")).toEqual([
    { apiVersion: "v1", kind: "Pod", metadata: { name: "job-", labels: { a: "b" } }, spec: { containers: [] } },
  ]);
});

test("an object knows its file, and the lines of its fields or of what would have them", () => {
  const text =
    "# a\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n    - port: 1\n    - port: 2\n";
  const [service] = readManifests(text, "a.yaml");
  const origin = service && originOf(service);
  expect(origin?.file).toBe("a.yaml");
  const lines = [[], ["spec", "ports", 1], ["spec", "ports", 1, "name"], ["status"]].map((path) =>
    origin?.lineOf(path),
  );
  expect(lines).toEqual([3, 9, 9, 3]);
});
