import { join } from "node:path";
import { helm } from "@grpc-lb-lab/cluster";
import { expect } from "vitest";
import { renderChart, TEMPLATE } from "./chart/render-chart.ts";
import { checkManifests } from "./check-manifests.ts";
import type { Manifest } from "./manifest.ts";
import { readManifests } from "./read-manifests.ts";
import { HELMS, helmTest } from "./testing/helm-test.ts";
import { inRepository } from "./testing/in-repository.ts";
import { MODES } from "./testing/modes.ts";
import { renderMode } from "./testing/render-mode.ts";
import { renderTest } from "./testing/render-test.ts";

const CHART = inRepository("deploy/helm/grpc-lb-lab");
/** What `restricted-v2` refuses where it is outside the namespace's ranges, which no manifest can know. */
const OF_THE_NAMESPACE = ["runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"];

/** The numbers of users and groups in manifests. */
function fixed(manifests: readonly Manifest[]): string[] {
  return fields(manifests).filter((field) => OF_THE_NAMESPACE.some((name) => field.startsWith(`${name}: `)));
}

/** Every field that has no fields of its own, with its value. */
function fields(value: unknown, name = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${name}: ${value}`];
  return Object.entries(value).flatMap(([key, one]) => fields(one, Array.isArray(value) ? name : key));
}

renderTest.each(MODES)("no pod of mode %s names a user or group with the component openshift", async (mode) => {
  const [usual, made] = await Promise.all([renderMode(mode), renderMode(mode, ["openshift"])]);
  expect(fixed(usual)).not.toEqual([]);
  expect(fixed(made)).toEqual([]);
  expect(checkManifests(made)).toEqual([]); // pod-security-restricted among the rules.
  const others = fields(usual).filter((field) => !fixed(usual).includes(field));
  expect(fields(made).toSorted()).toEqual(others.toSorted());
});

helmTest.each(HELMS.flatMap((program) => MODES.map((mode) => [program, mode] as const)))(
  "by %s, no pod of mode %s does with openshift=true, the pods of helm test neither",
  async (program, mode) => {
    const values = ["--values", join(CHART, `values-${mode}.yaml`), "--set", "openshift=true"];
    const manifests = readManifests(await helm([...TEMPLATE, "lab", CHART, ...values], program), CHART);
    expect(manifests.filter(({ metadata }) => metadata.annotations?.["helm.sh/hook"] === "test")).not.toEqual([]);
    expect(fixed(manifests)).toEqual([]);
    expect(checkManifests(manifests).filter(({ rule }) => rule === "pod-security-restricted")).toEqual([]);
  },
);

helmTest.each(HELMS)("by %s, a group of one's own goes as well", async (program) => {
  const values = { openshift: true, "podSecurityContext.fsGroup": 65532 };
  expect(fixed(await renderChart(CHART, "plain", { values, program }))).toEqual([]);
});
