import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { deployedConfig } from "./deployed-config.ts";
import { clusterHosts, envoySettings, workersOf } from "./deployed-envoy.ts";

it("reads what the overlay deploys, and what it sets otherwise", async () => {
  const yaml = await readFile(
    new URL("../../../../deploy/kustomize/components/envoy-proxy/envoy.yaml", import.meta.url),
    "utf8",
  );
  expect(envoySettings(yaml)).toEqual({ dnsRefreshMs: 5_000, retries: 0 });
  const other = yaml
    .replace("dns_refresh_rate: 5s", "dns_refresh_rate: 0.5s")
    .replace(/^( +)(timeout: 0s)$/m, "$1$2\n$1retry_policy: { retry_on: reset, num_retries: 2 }");
  expect(envoySettings(other)).toEqual({ dnsRefreshMs: 500, retries: 2 });
});

it("reads the workers that the overlay's arguments ask for, and tells where nobody knows how many there are", async () => {
  const yaml = await readFile(
    new URL("../../../../deploy/kustomize/components/envoy-proxy/deployment.yaml", import.meta.url),
    "utf8",
  );
  expect(workersOf(parse(yaml).spec.template.spec.containers[0].args)).toBe(1);
  expect(workersOf(["--concurrency=4", "--log-level", "info"])).toBe(4);
  expect(() => workersOf(["--config-path", "/etc/envoy/envoy.yaml"])).toThrow("set --concurrency in deploy/kustomize/");
});

it("is given values of rules as they are, for Envoy reads YAML 1.1", () => {
  const match = { prefix: "/", headers: [{ name: "x-canary", stringMatch: { exact: "yes" } }] };
  const text = deployedConfig({
    rules: { dialect: "Envoy", routesBefore: [{ match, route: { cluster: "backend" } }] },
  });
  expect(text).toContain('exact: "yes"\n');
});

it("finds the hosts of the backend in Envoy's own words", () => {
  const clusters = [
    "backend::observability_name::backend",
    "backend::default_priority::max_connections::1024",
    "backend::10.244.1.9:50051::cx_active::1",
    "backend::10.244.0.7:50051::cx_active::1",
    "backend::10.244.0.7:50051::rq_total::9",
    "other::10.244.0.8:50051::cx_active::1",
  ].join("\n");
  expect(clusterHosts(clusters)).toEqual(["10.244.0.7", "10.244.1.9"]);
  expect(clusterHosts("backend::[fd00:10:244::7]:50051::cx_active::1")).toEqual(["fd00:10:244::7"]);
});
