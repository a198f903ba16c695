import { afterAll, expect, it, vi } from "vitest";
import type { Cluster } from "./cluster.ts";
import { Kubectl } from "./kubectl.ts";
import { assertOwnNamespace, hasNamespace } from "./namespaces.ts";
import { fakeApiServer } from "./testing/fake-api-server.ts";

afterAll(() => vi.unstubAllEnvs());

it("is the lab's by its label: what others have made is neither filled nor deleted", async () => {
  const namespace = (labels?: object) => ({ metadata: { name: "x", labels } });
  await using api = await fakeApiServer({
    "/api/v1/namespaces/lab-plain": namespace({ "app.kubernetes.io/part-of": "grpc-lb-lab" }),
    "/api/v1/namespaces/echo-grpc": namespace({ "kubernetes.io/metadata.name": "echo-grpc" }),
    "/api/v1/namespaces/bare": namespace(),
  });
  const cluster: Cluster = { client: api.client, kubectl: new Kubectl("fake") };
  await assertOwnNamespace(cluster, "lab-plain", "name another");
  await assertOwnNamespace(cluster, "not-there-yet", "name another");
  expect(await hasNamespace(cluster, "bare")).toBe(true);
  expect(await hasNamespace(cluster, "not-there-yet")).toBe(false);
  for (const name of ["echo-grpc", "bare"]) {
    await expect(assertOwnNamespace(cluster, name, "name another")).rejects.toThrow(
      `the namespace ${name} is not the lab's (it has no label app.kubernetes.io/part-of=grpc-lb-lab): name another`,
    );
  }
});
