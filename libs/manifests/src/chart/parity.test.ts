import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { checkedAll } from "../testing/checked.ts";
import { HELMS, helmTest as test } from "../testing/helm-test.ts";
import { inRepository } from "../testing/in-repository.ts";
import { MODES } from "../testing/modes.ts";
import { renderMode } from "../testing/render-mode.ts";
import { comparable } from "./comparable.ts";
import { renderChart } from "./render-chart.ts";

const CHART = inRepository("deploy/helm/grpc-lb-lab");

describe.each(HELMS)("%s", (program) => {
  test.each(MODES)("the chart and the overlay of mode %s make the same objects", async (mode) => {
    expect(comparable(await renderChart(CHART, mode, { program }))).toEqual(comparable(await renderMode(mode)));
  });

  /** What components do that no overlay selects, the chart does by values. */
  test.each([
    ["sidecar", "canary-20-80", { "echo.weights": { v1: 20, v2: 80 } }],
    ["proxyless", "canary-20-80", { "echo.weights": { v1: 20, v2: 80 } }],
    ["sidecar", "client-retries", { "client.settings.BACKEND_RETRY": "3" }],
    ["plain", "keepalive", { "client.settings.BACKEND_KEEPALIVE_MS": "10000" }],
    ["headless", "least-request", { "client.settings.BACKEND_LB_POLICY": "least_request" }],
    ["watch", "least-request", { "client.settings.BACKEND_LB_POLICY": "least_request" }],
    ["plain", "grpc-probes", { "backend.grpcProbes": true }],
    ["envoy", "echo-backend", { "backend.app": "echo" }],
    ["proxyless", "echo-backend", { "backend.app": "echo" }],
  ] as const)("and of mode %s with the component %s, by the values %j", async (mode, component, values) => {
    expect(comparable(await renderChart(CHART, mode, { values, program }))).toEqual(
      comparable(await renderMode(mode, [component])),
    );
  });

  test.each(MODES)("and of mode %s where pods have no user of their own", async (mode) => {
    const chart = await renderChart(CHART, mode, { values: { openshift: true }, program });
    expect(comparable(chart)).toEqual(comparable(await renderMode(mode, ["openshift"])));
  });

  test.each(MODES)("what the chart makes in mode %s fits the schemas and breaks no rule", async (mode) => {
    const here = { namespace: `lab-${mode}` };
    const manifests = (await renderChart(CHART, mode, { program })).map((one) => ({
      ...one,
      metadata: { ...here, ...one.metadata },
    }));
    expect(await checkedAll(manifests)).toEqual([]);
  });

  test.each([
    ["templates/backend/deployment.yaml", "minReadySeconds: 2", "minReadySeconds: 3", "Deployment/backend"],
    ["templates/modes/envoy.yaml", "appProtocol: grpc", "appProtocol: http", "Service/envoy"],
    ["templates/modes/envoy.yaml", "TARGET: envoy:50051", "TARGET: envoy:50052", "ConfigMap/client-settings"],
    ["templates/_mode.tpl", "podSecurity: restricted", "podSecurity: baseline", "Namespace/lab-envoy"],
    ["files/envoy.yaml", "dns_refresh_rate: 5s", "dns_refresh_rate: 6s", "ConfigMap/envoy-config"],
    ["values-envoy.yaml", "drainSeconds: 40", "drainSeconds: 41", "Deployment/backend"],
  ])("one field changed in %s (%s, %s) is a difference in %s", async (file, before, after, object) => {
    const [chart, overlay] = await Promise.all([renderEdited(program, file, before, after), renderMode("envoy")]);
    const [rendered, expected] = [comparable(chart), comparable(overlay)];
    expect(Object.keys(expected).filter((name) => rendered[name] !== expected[name])).toEqual([object]);
  });
});

/** The objects of mode envoy from a chart in which `before` is `after`, once. */
async function renderEdited(program: string, file: string, before: string, after: string) {
  const chart = mkdtempSync(join(tmpdir(), "lab-chart-"));
  try {
    cpSync(CHART, chart, { recursive: true });
    const text = readFileSync(join(chart, file), "utf8");
    expect(text).toContain(before);
    writeFileSync(join(chart, file), text.replace(before, after));
    return await renderChart(chart, "envoy", { program });
  } finally {
    rmSync(chart, { recursive: true });
  }
}
