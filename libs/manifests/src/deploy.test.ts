import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import type { Manifest } from "./manifest.ts";
import { ManifestSet } from "./manifest-set.ts";
import { readManifests } from "./read-manifests.ts";
import { render } from "./render.ts";
import { checked, checkedAll } from "./testing/checked.ts";
import { inRepository } from "./testing/in-repository.ts";
import { MODES } from "./testing/modes.ts";
import { renderMode } from "./testing/render-mode.ts";
import { renderTest as test } from "./testing/render-test.ts";

const DEPLOY = inRepository("deploy");
const KUSTOMIZE = join(DEPLOY, "kustomize");
const folders = (pattern: string) => globSync(pattern, { cwd: KUSTOMIZE }).toSorted();
const overlays = folders("overlays/*/");
const components = folders("components/*/");

test.each(["base", ...overlays])("%s renders, fits the schemas and breaks no rule", async (folder) => {
  expect(await checked(join(KUSTOMIZE, folder))).toEqual([]);
});

test.each(globSync("istio/walkthrough/*.yaml", { cwd: DEPLOY }))("the step %s breaks no rule", async (file) => {
  expect(await checked(join(DEPLOY, file))).toEqual([]);
});

/** Components that no overlay selects, where they belong. */
const OPTIONAL = {
  sidecar: ["canary-20-80", "client-retries", "echo-backend"],
  proxyless: ["canary-20-80", "echo-backend"],
  plain: ["grpc-probes", "keepalive", "openshift"],
  headless: ["least-request"],
  watch: ["least-request"],
};

test.each(Object.entries(OPTIONAL))("%s takes the components %j", async (mode, names) => {
  expect(await checkedAll(await renderMode(mode, names))).toEqual([]);
});

test("echo-backend changes what the backend's pods run, and nothing of what others see of them", async () => {
  const [before, after] = await Promise.all([renderMode("envoy"), renderMode("envoy", ["echo-backend"])]);
  const withoutApp = (manifests: readonly Manifest[]) =>
    JSON.stringify(manifests, (key, value) => (key === "env" ? [] : value));
  const image = (app: string) => `"image":"grpc-lb-lab/${app}:dev","imagePullPolicy":"IfNotPresent","lifecycle"`;
  expect(withoutApp(before).split(image("backend"))).toHaveLength(2);
  expect(withoutApp(after)).toBe(withoutApp(before).replace(image("backend"), image("echo")));
  const { pod, environment } = new ManifestSet(after).workloads.find(({ labels }) => labels.app === "backend") ?? {};
  expect(pod?.containers.map((container) => environment?.(container))).toMatchObject([
    { GRPC_PORT: "50051", FAULTS: "on" },
  ]);
});

test("every component is selected somewhere", () => {
  const used = folders("{overlays,components}/**/kustomization.yaml").flatMap(
    (file) => readFileSync(join(KUSTOMIZE, file), "utf8").match(/[a-z0-9-]+$/gm) ?? [],
  );
  const known = new Set([...used, ...Object.values(OPTIONAL).flat()]);
  expect(components.map((folder) => folder.split("/")[1]).filter((name) => !known.has(name ?? ""))).toEqual([]);
});

test.each(["base", ...overlays, ...components])("%s says in a README what it shows and how to see it", (folder) => {
  expect(readFileSync(join(KUSTOMIZE, folder, "README.md"), "utf8")).toMatch(/^# .+\n[\s\S]*^ {4}\S/m);
});

test("there is an overlay for every mode, which only selects", () => {
  expect(overlays).toEqual(expect.arrayContaining(MODES.map((mode) => `overlays/${mode}`)));
  for (const mode of MODES) {
    const text = overlay(mode);
    expect(text).toMatch(new RegExp(`^# ${mode}: `));
    expect(text.split("\n").length).toBeLessThanOrEqual(25);
    const { components: selected, ...rest } = parse(text);
    expect(selected).toContain("../../components/faults");
    expect(rest).toEqual({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      namespace: `lab-${mode}`,
      labels: [{ pairs: { "grpc-lb-lab/mode": mode }, includeTemplates: true }],
      resources: ["../../base"],
    });
  }
});

test("the difference between two overlays is their names and the components that they select", () => {
  const lines = new Set(MODES.map(overlay).flatMap((text) => text.split("\n")));
  const common = [...lines].filter((line) => MODES.every((mode) => overlay(mode).split("\n").includes(line)));
  const differing = [...lines].filter((line) => !common.includes(line));
  expect(
    differing.filter((line) => !/^(# |namespace: | {2}- \.\.\/\.\.\/components\/| +grpc-lb-lab\/mode: )/.test(line)),
  ).toEqual([]);
});

test.each(MODES)("the applications of mode %s know their environment", async (mode) => {
  const documented = readFileSync(inRepository("docs/environment.md"), "utf8");
  const set = new ManifestSet(readManifests(await render(join(KUSTOMIZE, "overlays", mode)), mode));
  const names = set.workloads.flatMap(({ pod }) =>
    pod.containers.flatMap(({ env = [] }) => env.map(({ name }) => name)),
  );
  const settings = set
    .ofKind("ConfigMap")
    .flatMap(({ metadata, data }) => (metadata.name === "client-settings" ? Object.keys(data ?? {}) : []));
  // What Kubernetes substitutes, and what grpc-js-xds reads by itself.
  const others = ["POD_NAMESPACE", "GRPC_XDS_EXPERIMENTAL_RBAC"];
  const unknown = [...names, ...settings].filter(
    (name) => !others.includes(name) && !documented.includes(`| \`${name}\` |`),
  );
  expect(unknown).toEqual([]);
});

function overlay(mode: string): string {
  return readFileSync(join(KUSTOMIZE, "overlays", mode, "kustomization.yaml"), "utf8");
}
