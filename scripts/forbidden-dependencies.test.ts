import { expect, it } from "vitest";
import { forbiddenDependencies, type ProjectGraph } from "./forbidden-dependencies.ts";

function graph(edges: readonly [string, string][], layers: Readonly<Record<string, string>>): ProjectGraph {
  const nodes = Object.entries(layers).map(([name, layer]) => [
    name,
    { data: { root: name, tags: [`layer:${layer}`] } },
  ]);
  const dependencies = edges.map(([source, target]) => [source, [{ source, target }]]);
  return { nodes: Object.fromEntries(nodes), dependencies: Object.fromEntries(dependencies) };
}

it("lets dependencies follow the design's direction, and npm packages alone", () => {
  const allowed = graph(
    [
      ["lab", "stage"],
      ["stage", "measure"],
      ["measure", "npm:valibot"],
    ],
    { lab: "app", stage: "stage", measure: "measure" },
  );
  expect(forbiddenDependencies(allowed)).toEqual([]);
});

it("names a dependency against the direction, and what is allowed", () => {
  const forbidden = graph([["stage", "experiments"]], { stage: "stage", experiments: "experiments" });
  expect(forbiddenDependencies(forbidden)).toEqual([
    "stage (stage) must not depend on experiments (experiments): stage may use input-error, workarounds, http-server, cluster, modes, stage-api, measure, control-plane, istio, kube-api, envoy",
  ]);
});

it("refuses a project whose layer nobody knows", () => {
  expect(forbiddenDependencies(graph([], { new: "mystery" }))).toEqual(['new has no "layer:" tag that is known']);
});
