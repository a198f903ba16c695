import { type Answer, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { Canary } from "./canary.ts";
import type { ClusterWatch } from "./cluster-watch.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const SERVICES = "/api/v1/namespaces/lab-plain/services";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/lab-plain/deployments";
const LEFT = "?labelSelector=grpc-lb-lab/canary";
const TEMPLATE = { metadata: {}, spec: { containers: [] } };

/** Nobody has to be waited for. */
const watching = {
  untilGone: async () => {},
  untilRolledOut: async () => {},
  quickly: async () => new Set(),
} as unknown as ClusterWatch;

const items = (...names: readonly string[]) => ({ items: names.map((name) => ({ metadata: { name } })) });

it("deletes what has its label, and what has gone meanwhile as well", async () => {
  const deleted: (string | undefined)[] = [];
  const deleting: Answer = (response, { url }) => {
    deleted.push(url);
    response.end("{}");
  };
  await using api = await fakeApiServer({
    [`${SERVICES}${LEFT}`]: items("backend-v1", "backend-v2"),
    [`${SERVICES}/backend-v1`]: deleting,
    [`${SERVICES}/backend-v2`]: 404,
    [`${DEPLOYMENTS}${LEFT}`]: items("backend-v2"),
    [`${DEPLOYMENTS}/backend-v2`]: deleting,
  });
  await new Canary(api.client, watching, "lab-plain", 1).remove(never);
  expect(deleted.toSorted()).toEqual([`${SERVICES}/backend-v1`, `${DEPLOYMENTS}/backend-v2`].toSorted());
});

it("has left nothing where Services may not be listed", async () => {
  await using api = await fakeApiServer({ [`${SERVICES}${LEFT}`]: 403, [`${DEPLOYMENTS}${LEFT}`]: items() });
  await new Canary(api.client, watching, "lab-plain", 1).removeLeft(never);
});

it("takes nothing for its own that is somebody else's", async () => {
  await using api = await fakeApiServer({
    [`${SERVICES}/backend`]: { metadata: { name: "backend" }, spec: { ports: [] } },
    [SERVICES]: (response) =>
      response.writeHead(409).end(JSON.stringify({ message: 'services "backend-v1" already exists' })),
  });
  const started = new Canary(api.client, watching, "lab-plain", 1).start(TEMPLATE, never);
  await expect(started).rejects.toThrow(
    'namespace lab-plain has something where pods of two versions would be (services "backend-v1" already exists); delete it',
  );
});
