import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { compare } from "./compare.ts";
import { neutral } from "./neutral.ts";

/** As an overlay makes them: in its namespace, labelled, one of them generated and mounted by the other. */
function overlay(mode: string, hash: string, name = "config"): Manifest[] {
  const metadata = { namespace: `lab-${mode}`, labels: { "grpc-lb-lab/mode": mode, app: "a" } };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { ...metadata, name: `lab-${mode}` } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, name: `${name}${hash}` } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, name: "a" },
      spec: { configMap: `${name}${hash}`, mode },
    },
  ];
}

const differing = (a: Manifest[], b: Manifest[]) =>
  compare(a, b).map(({ kind, manifest: { metadata } }) => `${kind} ${metadata.name}`);

test("two modes do not differ by namespace, label and hash, but where the name is a value of its own", () => {
  const [a, b] = [neutral(overlay("a", "-58tg7cd62c"), "a"), neutral(overlay("b", "-h2g9k4m6dt"), "b")];
  expect(differing(a, b)).toEqual(["changed a"]);
  expect(a.map(({ metadata }) => metadata.name)).toEqual(["lab-<mode>", "config", "a"]);
});

test("names that only look similar stay", () => {
  const [, map] = neutral(overlay("a", "", "client-settings"), "a");
  expect(map?.metadata).toEqual({ name: "client-settings", namespace: "lab-<mode>", labels: { app: "a" } });
});
