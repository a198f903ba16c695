import { expect, test } from "vitest";
import { InputError } from "./input-error.ts";
import { readManifests } from "./manifest.ts";

test("documents are read as Kubernetes reads them, empty ones left out", () => {
  const text = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nimmutable: on\n---\n---\n";
  expect(readManifests(text, "a.yaml")).toEqual([
    { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, immutable: true },
  ]);
});

test.each([
  ["a: [", /^InputError: b\.yaml is no YAML: /],
  ["a: 1", /^InputError: b\.yaml has a document that is no Kubernetes object/],
])("%j is refused with the reason", (text, message) => {
  expect(() => readManifests(text, "b.yaml")).toThrow(InputError);
  try {
    readManifests(text, "b.yaml");
  } catch (error) {
    expect(String(error)).toMatch(message);
  }
});
