import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { compare } from "./compare.ts";
import { rowsOf } from "./rows.ts";

const deployment = (name: string, env: Record<string, string>, annotations?: Record<string, string>): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    template: {
      metadata: { annotations },
      spec: {
        containers: [
          { name: "app", image: "lab:dev", env: Object.entries(env).map(([key, value]) => ({ name: key, value })) },
        ],
      },
    },
  },
});
const config = (text: string): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "config" },
  data: { "envoy.yaml": text, POLICY: "a|b" },
});
const told = (before: Manifest[], after: Manifest[]) =>
  rowsOf(compare(before, after)).map(({ objects, lines }) => [objects, ...lines]);

test("what several objects have in common is told once, new objects first", () => {
  const before = [deployment("a", { X: "1" }), deployment("b", { X: "1" }), deployment("old", {})];
  const after = [
    deployment("a", { X: "2" }, { "mesh.io/on": "true" }),
    deployment("b", {}, { "mesh.io/on": "true" }),
    deployment("new", {}),
  ];
  expect(told(before, after)).toEqual([
    ["Deployment `new`", "new: 1 pod of `lab:dev`"],
    ["Deployment `old`", "gone: 1 pod of `lab:dev`"],
    ["Deployment `a`, `b`", "adds `pod.annotations[mesh.io/on]: true`"],
    ["Deployment `a`", "`app.env[X]`: `1` → `2`"],
    ["Deployment `b`", "removes `app.env[X]: 1`"],
  ]);
});

test("long values are named and not shown", () => {
  const long = "admin:\n".repeat(40);
  expect(told([], [config(long)])).toEqual([["ConfigMap `config`", "new: holds `envoy.yaml`, `POLICY: a|b`"]]);
  expect(told([config(long)], [config(`${long}x`)])).toEqual([["ConfigMap `config`", "changes `data[envoy.yaml]`"]]);
});

test("an object of an unknown kind is new all the same", () => {
  const ingress = { apiVersion: "v1", kind: "Ingress", metadata: { name: "edge" } };
  expect(told([], [ingress])).toEqual([["Ingress `edge`", "new"]]);
});
