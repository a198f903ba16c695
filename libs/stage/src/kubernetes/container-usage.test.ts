import { fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { modeNamed } from "@grpc-lb-lab/modes";
import type { ContainerKind } from "@grpc-lb-lab/stage-api";
import { afterEach, expect, it, vi } from "vitest";
import { containerUsage } from "./container-usage.ts";

afterEach(() => void vi.unstubAllEnvs());

/** The containers of a namespace, as `deployment container`, each in a pod of its Deployment's name. */
async function rolesOf(mode: { readonly beside: readonly ContainerKind[] }, containers: readonly string[]) {
  const there = containers.map((text) => text.split(" ") as [deployment: string, container: string]);
  const deployments = [...new Set(there.map(([deployment]) => deployment))];
  const labels = (container: string, pod: string) => `{container="${container}",namespace="lab-x",pod="${pod}-1"}`;
  const metrics = there.flatMap(([pod, container]) => [
    `container_cpu_usage_seconds_total${labels(container, pod)} 1.5 1795290027412`,
    `container_memory_working_set_bytes${labels(container, pod)} 1024 1795290027412`,
  ]);
  const selected = [...new Set(["client", "backend", ...mode.beside.map(({ deployment }) => deployment)])];
  await using server = await fakeApiServer({
    [`/api/v1/namespaces/lab-x/pods?labelSelector=app in (${selected.join(",")})`]: {
      items: deployments.map((app) => ({ metadata: { name: `${app}-1`, labels: { app } }, spec: { nodeName: "n" } })),
    },
    "/api/v1/nodes/n/proxy/metrics/resource": metrics.join("\n"),
  });
  const place = { client: server.client, mode, namespace: "lab-x" };
  const usages = await containerUsage(place, new AbortController().signal);
  return Object.fromEntries(usages.map(({ deployment, container, role }) => [`${deployment} ${container}`, role]));
}

it.each([
  ["plain", { "client app": "app", "backend app": "app" }],
  ["envoy", { "client app": "app", "backend app": "app", "envoy app": "proxy" }],
  ["sidecar", { "client app": "app", "client istio-proxy": "proxy", "backend istio-proxy": "proxy" }],
  ["proxyless", { "client app": "app", "client istio-proxy": "agent", "backend istio-proxy": "agent" }],
])("%s tells what its containers do", async (mode, roles) => {
  expect(await rolesOf(modeNamed(mode), Object.keys(roles))).toEqual(roles);
});

it("a container that no mode has told of is a proxy", async () => {
  const roles = { "backend app": "app", "backend mirror": "proxy" };
  expect(await rolesOf({ beside: [] }, Object.keys(roles))).toEqual(roles);
});
