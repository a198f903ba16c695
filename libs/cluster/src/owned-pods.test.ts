import { json } from "node:stream/consumers";
import { afterEach, expect, it, vi } from "vitest";
import type { KubeDeployment, KubePod } from "./kube-objects.ts";
import { forgetPod, podsByOwner } from "./owned-pods.ts";
import { fakeApiServer } from "./testing/fake-api-server.ts";

afterEach(() => vi.unstubAllEnvs());

const PODS = "/api/v1/namespaces/lab-nginx/pods";
const DEPLOYMENT = { metadata: { name: "nginx", uid: "d1" }, spec: {}, status: {} } as unknown as KubeDeployment;

/** An object of these owners, of which the first controls it. */
function ownedBy(name: string, ...owners: readonly string[]) {
  const ownerReferences = owners.map((uid, index) => ({ uid, controller: index === 0 }));
  return { metadata: { name, uid: `uid-of-${name}`, ownerReferences } };
}

it("has the pods of a Deployment's ReplicaSets for its own, and no other of the same label", async () => {
  const sets = [ownedBy("old", "d1"), ownedBy("new", "d1"), ownedBy("of-another", "d2"), ownedBy("beside", "x", "d1")];
  const pods = [
    ownedBy("a", "uid-of-old"),
    ownedBy("b", "uid-of-new"),
    ownedBy("another's", "uid-of-of-another"),
    ownedBy("not-controlled", "x", "uid-of-new"),
    { metadata: { name: "nobody's" } },
  ];
  await using api = await fakeApiServer({
    [`${PODS}?labelSelector=app=nginx`]: { items: pods },
    "/apis/apps/v1/namespaces/lab-nginx/replicasets": { items: sets },
  });
  const { own, foreign } = await podsByOwner(api.client, "lab-nginx", DEPLOYMENT);
  expect(own.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  expect(foreign.map(({ metadata }) => metadata.name)).toEqual(["another's", "not-controlled", "nobody's"]);
});

it.each([200, 404, 409])(
  "has a pod of that UID forgotten and no other, whether it is there or not (%d)",
  async (status) => {
    const asked: unknown[] = [];
    await using api = await fakeApiServer({
      [`${PODS}/a`]: async (response, request) => {
        asked.push(request.method, await json(request));
        response.writeHead(status).end("{}");
      },
    });
    await forgetPod(api.client, "lab-nginx", ownedBy("a", "s1") as unknown as KubePod);
    expect(asked).toEqual(["DELETE", { gracePeriodSeconds: 0, preconditions: { uid: "uid-of-a" } }]);
  },
);

it("tells that pods may not be deleted", async () => {
  await using api = await fakeApiServer({ [`${PODS}/a`]: 403 });
  await expect(forgetPod(api.client, "lab-nginx", ownedBy("a") as unknown as KubePod)).rejects.toThrow(
    "lacks a permission",
  );
});
