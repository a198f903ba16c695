import { afterAll, expect, it, vi } from "vitest";
import { assertIstio, istioVersion } from "./istio.ts";
import { type Answers, fakeApiServer } from "./testing/fake-api-server.ts";

afterAll(() => vi.unstubAllEnvs());

const ISTIOD = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";

it.each<[string, Answers, string]>([
  [
    "none",
    {},
    "there is no Istio in the cluster of context fake (no istiod in istio-system): run make istio CONTEXT=fake",
  ],
  [
    "one that is not ready",
    { [ISTIOD]: { metadata: { name: "istiod" }, status: {} } },
    "Istio in the cluster of context fake is not ready (istiod in istio-system): see kubectl -n istio-system get pods, or run make istio CONTEXT=fake",
  ],
])("tells what a cluster lacks that has %s", async (_, answers, message) => {
  await using api = await fakeApiServer(answers);
  await expect(assertIstio(api.client)).rejects.toMatchObject({ name: "InputError", message });
});

it("takes one with a ready pod", async () => {
  await using api = await fakeApiServer({ [ISTIOD]: { metadata: { name: "istiod" }, status: { readyReplicas: 1 } } });
  await assertIstio(api.client);
});

it.each([
  ["docker.io/istio/pilot:1.28.0-distroless", "1.28.0-distroless"],
  ["registry.example:5000/istio/pilot:1.28.0@sha256:0123", "1.28.0"],
  ["registry.example:5000/istio/pilot", undefined],
])("reads its version from the image %s", async (image, version) => {
  const containers = [{ name: "discovery", image }];
  await using api = await fakeApiServer({ [ISTIOD]: { spec: { template: { spec: { containers } } } } });
  expect(await istioVersion(api.client)).toBe(version);
});

it("has no version where it is not", async () => {
  await using api = await fakeApiServer({});
  expect(await istioVersion(api.client)).toBeUndefined();
});
