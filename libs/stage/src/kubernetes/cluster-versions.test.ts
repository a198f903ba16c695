import { fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterAll, expect, it, vi } from "vitest";
import { clusterVersions } from "./cluster-versions.ts";

afterAll(() => vi.unstubAllEnvs());

const { signal } = new AbortController();
const VERSION = { gitVersion: "v1.34.1" };

it("tells the versions of a cluster and its Istio", async () => {
  const containers = [{ name: "discovery", image: "istio/pilot:1.28.0" }];
  const istiod = { spec: { template: { spec: { containers } } } };
  const answers = { "/version": VERSION, "/apis/apps/v1/namespaces/istio-system/deployments/istiod": istiod };
  await using api = await fakeApiServer(answers);
  expect(await clusterVersions(api.client, signal)).toEqual({ Kubernetes: "v1.34.1", Istio: "1.28.0" });
});

it("says nothing of an Istio that is not there", async () => {
  await using api = await fakeApiServer({ "/version": VERSION });
  expect(await clusterVersions(api.client, signal)).toEqual({ Kubernetes: "v1.34.1" });
});
