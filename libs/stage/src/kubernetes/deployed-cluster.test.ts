import { type Answers, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { DeployedCluster } from "./deployed-cluster.ts";

afterEach(() => void vi.unstubAllEnvs());

const never = new AbortController().signal;
const NAMESPACE = "/api/v1/namespaces/lab-x";
const VOLUMES = [{}, { configMap: { name: "others" } }, { configMap: { name: "proxy-config" } }];

async function deployed(answers: Answers) {
  const server = await fakeApiServer(answers);
  const cluster = new DeployedCluster(server.client, "lab-x", never);
  return { cluster, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

it("reads a file of a ConfigMap that a Deployment mounts", async () => {
  await using it = await deployed({
    "/apis/apps/v1/namespaces/lab-x/deployments/proxy": { spec: { template: { spec: { volumes: VOLUMES } } } },
    "/apis/apps/v1/namespaces/lab-x/deployments/bare": { spec: { template: { spec: {} } } },
    [`${NAMESPACE}/configmaps/others`]: { data: { "other.yaml": "no" } },
    [`${NAMESPACE}/configmaps/proxy-config`]: { data: { "proxy.yaml": "admin: {}" } },
  });
  expect(await it.cluster.mountedFile("proxy", "proxy.yaml")).toBe("admin: {}");
  expect(await it.cluster.mountedFile("proxy", "none.yaml")).toBeUndefined();
  expect(await it.cluster.mountedFile("bare", "proxy.yaml")).toBeUndefined();
  expect(await it.cluster.mountedFile("none", "proxy.yaml")).toBeUndefined();
});

it("reads the arguments of a Deployment's container", async () => {
  const deployment = (containers: readonly object[]) => ({ spec: { template: { spec: { containers } } } });
  await using it = await deployed({
    "/apis/apps/v1/namespaces/lab-x/deployments/proxy": deployment([{ args: ["--concurrency", "1"] }, { args: [] }]),
    "/apis/apps/v1/namespaces/lab-x/deployments/bare": deployment([{}]),
  });
  expect(await it.cluster.containerArguments("proxy")).toEqual(["--concurrency", "1"]);
  expect(await it.cluster.containerArguments("bare")).toEqual([]);
  expect(await it.cluster.containerArguments("none")).toBeUndefined();
});

it("has what each pod answers, as text, and nothing of one that does not answer", async () => {
  const pods = ["a", "b", "c"].map((name) => ({ metadata: { name } }));
  await using it = await deployed({
    [`${NAMESPACE}/pods?labelSelector=app=proxy`]: { items: pods },
    [`${NAMESPACE}/pods/a:9901/proxy/clusters`]: "backend::10.0.0.1:50051::cx_active::1",
    [`${NAMESPACE}/pods/b:9901/proxy/clusters`]: { hosts: 1 },
    [`${NAMESPACE}/pods/c:9901/proxy/clusters`]: 503,
  });
  const said = ["backend::10.0.0.1:50051::cx_active::1", '{"hosts":1}', undefined];
  expect(await it.cluster.podAnswers("proxy", 9901, "/clusters")).toEqual(said);
});

it("tells what is not permitted", async () => {
  await using it = await deployed({ [`${NAMESPACE}/pods?labelSelector=app=proxy`]: 403 });
  await expect(it.cluster.podAnswers("proxy", 9901, "/clusters")).rejects.toThrow("lacks a permission");
});
