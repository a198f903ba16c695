import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { helmTest as test } from "../testing/helm-test.ts";
import { inRepository } from "../testing/in-repository.ts";
import { MODES } from "../testing/modes.ts";
import { helm, renderChart } from "./render-chart.ts";

const CHART = inRepository("deploy/helm/grpc-lb-lab");
const VALUES = leaves(readValues("values.yaml"));

test.each([
  [
    "plain",
    { mode: "mesh" },
    /at '\/mode': value must be one of 'plain', 'headless', 'watch', 'envoy', 'sidecar', 'proxyless'/,
  ],
  ["plain", { "backend.replicas": "two" }, /at '\/backend\/replicas': got string, want integer/],
  ["plain", { "backend.replica": 3 }, /at '\/backend': additional properties 'replica' not allowed/],
  ["sidecar", { mtls: "PERMISSIVE" }, /at '\/mtls': value must be one of 'STRICT', 'DISABLE'/],
  ["plain", { "client.settings.BACKEND_RETRY": 3 }, /at '\/client\/settings\/BACKEND_RETRY': got number, want string/],
  ["plain", { "image.tag": 1 }, /at '\/image\/tag': got number, want string/],
  ["plain", { "backend.resources.limits.memory": "1GB" }, /'1GB' does not match pattern/],
  [
    "plain",
    { "echo.weights": { v1: 20 } },
    /echo\.weights: mode plain does not share calls by weights: use mode sidecar/,
  ],
  ["sidecar", { "echo.weights": { v3: 20 } }, /echo\.weights: there is no version v3 in echo\.versions: add it there/],
  [
    "proxyless",
    { "backend.grpcProbes": true },
    /backend\.grpcProbes: the kubelet has no certificate .* leave it false/,
  ],
])("mode %s refuses %j, with the reason", async (mode, values, reason) => {
  await expect(renderChart(CHART, mode, { values })).rejects.toThrow(reason);
});

test("weights may be of other versions, and mutual TLS off", async () => {
  const values = { "echo.versions.v3": { replicas: 2 }, "echo.weights": { v1: 50, v3: 50 }, mtls: "DISABLE" };
  const manifests = await renderChart(CHART, "proxyless", { values });
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

test.each(MODES)("the values of mode %s are differences only, of values that there are", (mode) => {
  const own = readValues(`values-${mode}.yaml`);
  expect(own.mode).toBe(mode);
  const differences = [...leaves(own)].filter(([path]) => path !== "mode");
  for (const [path, value] of differences) {
    expect([...VALUES.keys()]).toContain(path);
    expect(value).not.toEqual(VALUES.get(path));
  }
});

test("the README has every value, with its default", () => {
  const readme = readFileSync(join(CHART, "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `([\w.]+)` +\| .*\| `(.*?)` +\|$/gm)].map(([, name, value]) => [name, value]);
  const table = new Map(rows as [string, string][]);
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

test.each(MODES)("helm lint finds nothing in mode %s, and takes the tests of the mode in", async (mode) => {
  const values = join(CHART, `values-${mode}.yaml`);
  expect(await helm(["lint", "--strict", CHART, "--values", values])).toContain("0 chart(s) failed");
  const hooks = (await helm(["template", CHART, "--kube-version", "1.34.0", "--values", values])).match(
    /^ {4}helm\.sh\/hook: test$/gm,
  );
  expect(hooks).toHaveLength(["sidecar", "proxyless"].includes(mode) ? 2 : 1);
});

function readValues(file: string): Record<string, unknown> {
  return parse(readFileSync(join(CHART, file), "utf8"));
}

/** What is not an object with entries, by its path: `backend.replicas`. */
function leaves(value: unknown, path = ""): Map<string, unknown> {
  const isLeaf = typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0;
  if (isLeaf) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, one]) => [...leaves(one, path === "" ? key : `${path}.${key}`)]));
}
