import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { helm } from "@grpc-lb-lab/cluster";
import { isMeshEncrypted, modeNamed } from "@grpc-lb-lab/modes";
import { undisturbedPath } from "@grpc-lb-lab/stage-api";
import { describe, expect } from "vitest";
import { parse } from "yaml";
import { HELMS, helmTest as test } from "../testing/helm-test.ts";
import { inRepository } from "../testing/in-repository.ts";
import { MODES } from "../testing/modes.ts";
import { renderChart, TEMPLATE } from "./render-chart.ts";

const CHART = inRepository("deploy/helm/grpc-lb-lab");
const VALUES = leaves(readValues("values.yaml"));
/** Single versions, and what Kubernetes has defaults for; and what is set with each rendering here. */
const MAY_BE_LEFT_OUT = /^echo\.versions\.v\d$|\.resources\.|^probes\.\w+\.|^\w+SecurityContext\.|^(mode|namespace)\b/;
const PATHS = new Set([...VALUES.keys()].flatMap((path) => [path, ...foldersOf(path)]));
const ALWAYS_THERE = [...PATHS].filter((path) => !MAY_BE_LEFT_OUT.test(path));

describe.each(HELMS)("%s", (program) => {
  test.each([
    [
      "plain",
      { mode: "mesh" },
      new RegExp(`mode: there is no mode mesh; there are ${MODES.toSorted().join(", ")}: set one of them`),
    ],
    ["plain", { "backend.replicas": "two" }, /at '\/backend\/replicas': got string, want integer/],
    ["plain", { "backend.replica": 3 }, /at '\/backend': additional properties 'replica' not allowed/],
    ["sidecar", { mtls: "PERMISSIVE" }, /at '\/mtls': value must be one of 'STRICT', 'DISABLE'/],
    [
      "plain",
      { "client.settings.BACKEND_RETRY": 3 },
      /at '\/client\/settings\/BACKEND_RETRY': got number, want string/,
    ],
    ["plain", { "image.tag": 1 }, /at '\/image\/tag': got number, want string/],
    ["plain", { "backend.resources.limits.memory": "1GB" }, /'1GB' does not match pattern/],
    [
      "plain",
      { "echo.weights": { v1: 20 } },
      /echo\.weights: mode plain does not share calls by weights: use a mode with Istio/,
    ],
    [
      "sidecar",
      { "echo.weights": { v3: 20 } },
      /echo\.weights: there is no version v3 in echo\.versions: add it there/,
    ],
    ["sidecar", { "echo.weights": { v1: 0, v2: 0 } }, /echo\.weights: all of them are 0/],
    [
      "proxyless",
      { "client.settings.BACKEND_TARGET": "x" },
      /client\.settings\.BACKEND_TARGET: the chart sets the xDS target of mode proxyless: leave it out/,
    ],
    ["plain", { "backend.replicas": 0 }, /at '\/backend\/replicas': minimum: got 0, want 1/],
    [
      "plain",
      { "backend.resources.requests.cpu": -1 },
      /at '\/backend\/resources\/requests\/cpu': minimum: got -1, want 0/,
    ],
    [
      "proxyless",
      { "backend.grpcProbes": true },
      /backend\.grpcProbes: the kubelet has no certificate .* leave it false/,
    ],
    ["plain", { "backend.app": "ecko" }, /backend\/app': value must be one of 'greeter', 'echo'/],
  ])("mode %s refuses %j, with the reason", async (mode, values, reason) => {
    await expect(renderChart(CHART, mode, { values, program })).rejects.toThrow(reason);
  });

  test("an older Kubernetes is refused, with its version and the needed one", async () => {
    await expect(helm(["template", "--kube-version", "1.29.4", CHART], program)).rejects.toThrow(
      /requires kubeVersion: >=1\.30\.0-0 which is incompatible with Kubernetes v1\.29\.4[\s\S]*: upgrade the cluster, or name another context$/,
    );
  });

  test("weights may be of other versions, and mutual TLS off", async () => {
    const values = { "echo.versions.v3": { replicas: 2 }, "echo.weights": { v1: 50, v3: 50 }, mtls: "DISABLE" };
    const manifests = await renderChart(CHART, "proxyless", { values, program });
    const named = (kind: string, name: string) =>
      manifests.find((one) => one.kind === kind && one.metadata.name === name)?.spec;
    expect(named("Deployment", "echo-v3")).toMatchObject({ replicas: 2, selector: { matchLabels: { version: "v3" } } });
    expect(named("DestinationRule", "echo")).toEqual({
      host: "echo",
      subsets: ["v1", "v2", "v3"].map((version) => ({ name: version, labels: { version } })),
    });
    expect(named("VirtualService", "echo")).toMatchObject({
      http: [{ route: [{ weight: 50 }, { destination: { host: "echo", subset: "v3" }, weight: 50 }] }],
    });
    expect(named("PeerAuthentication", "default")).toEqual({ mtls: { mode: "DISABLE" } });
  });

  test("the packed chart makes what its folder makes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lab-chart-"));
    try {
      await helm(["package", CHART, "--destination", folder], program);
      const [packed = ""] = globSync("*.tgz", { cwd: folder });
      const template = (chart: string) => helm([...TEMPLATE, chart], program);
      expect(await template(join(folder, packed))).toBe(await template(CHART));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(MODES)("helm lint finds nothing in mode %s, and takes the tests of the mode in", async (mode) => {
    const values = join(CHART, `values-${mode}.yaml`);
    expect(await helm(["lint", "--strict", CHART, "--values", values], program)).toContain("0 chart(s) failed");
    const hooks = (await helm([...TEMPLATE, CHART, "--values", values], program)).match(/^ {4}helm\.sh\/hook: test$/gm);
    // That nobody answers plaintext is seen where a mesh could.
    expect(hooks).toHaveLength(isMeshEncrypted(undisturbedPath(modeNamed(mode))) ? 2 : 1);
  });
});

/** Templates read them without asking whether they are there. */
test.each(ALWAYS_THERE)("%s may not be null", async (path) => {
  await expect(renderChart(CHART, "sidecar", { values: { [path]: null } })).rejects.toThrow(/missing property/);
});

test.each(MODES)("the values of mode %s are differences only, of values that there are", (mode) => {
  const own = readValues(`values-${mode}.yaml`);
  expect(own.mode).toBe(mode);
  const differences = [...leaves(own)].filter(([path]) => path !== "mode");
  for (const [path, value] of differences) {
    expect([...VALUES.keys()]).toContain(path);
    expect(value).not.toEqual(VALUES.get(path));
  }
});

test("the README has the comment of every value", () => {
  const comments = readFileSync(join(CHART, "values.yaml"), "utf8").matchAll(/^## @param (\S+) (?:\[.*?\] )?(.*)$/gm);
  expect(Object.fromEntries(readmeRows().map(({ name, text }) => [name, text]))).toEqual(
    Object.fromEntries([...comments].map(([, name, text]) => [name, text])),
  );
});

test("the README has every value, with its default", () => {
  const table = new Map(readmeRows().map(({ name, value }) => [name, value]));
  for (const [path, value] of VALUES) {
    const documented = [...table.keys()].find((name) => path === name || path.startsWith(`${name}.`));
    expect([path, documented]).toEqual([path, expect.any(String)]);
    if (documented === path && typeof value !== "object")
      expect([path, table.get(path)]).toEqual([path, String(value)]);
  }
  expect(
    [...table.keys()].filter((name) => ![...VALUES.keys()].some((path) => `${path}.`.startsWith(`${name}.`))),
  ).toEqual([]);
});

/** The tables of the README: a row for each value. */
function readmeRows() {
  const readme = readFileSync(join(CHART, "README.md"), "utf8");
  const rows = readme.matchAll(/^\| `([\w.]+)` +\| (.*?) +\| `(.*?)` +\|$/gm);
  return [...rows].map(([, name = "", text = "", value = ""]) => ({ name, text, value }));
}

function readValues(file: string): Record<string, unknown> {
  return parse(readFileSync(join(CHART, file), "utf8"));
}

/** What is not an object with entries, by its path: `backend.replicas`. */
function leaves(value: unknown, path = ""): Map<string, unknown> {
  const isLeaf = typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0;
  if (isLeaf) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, one]) => [...leaves(one, path === "" ? key : `${path}.${key}`)]));
}

/** `a` and `a.b` of `a.b.c`. */
function foldersOf(path: string): string[] {
  const parts = path.split(".");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
}
