import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type Answer, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { ClusterWatch } from "./cluster-watch.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const NAMESPACE = "lab-envoy";
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const SLICES = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`;
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const [OF_BACKEND, OF_APP] = ["labelSelector=kubernetes.io/service-name=backend", "labelSelector=app=backend"];
const STATUS = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const BACKEND = { metadata: { name: "backend", uid: "d", generation: 1 }, spec: { replicas: 1 }, status: STATUS };
const SET = { metadata: { name: "backend-1", uid: "s", ownerReferences: [{ uid: "d", controller: true }] } };

function pod(name: string, owner: string, metadata: object = {}) {
  const ownerReferences = [{ uid: owner, controller: true }];
  const conditions = [{ type: "Ready", status: "True" }];
  return {
    metadata: { name, uid: name, ownerReferences, resourceVersion: "1", ...metadata },
    spec: { containers: [] },
    status: { phase: "Running", podIP: "10.0.0.7", conditions },
  };
}

const LEAVING = { deletionTimestamp: "2026-11-30T01:00:00Z" };
const [STAYS, LEAVES, THEIRS] = [pod("stays", "s"), pod("leaves", "s", LEAVING), pod("theirs", "x", LEAVING)];

/** A cluster with a pod that stays, and one that leaves and one of somebody else's, until they are deleted by somebody who does not wait. */
async function cluster() {
  const watches: ServerResponse[] = [];
  const asked: unknown[] = [];
  const watching: Answer = (response) => response.writeHead(200).flushHeaders();
  const gone = (object: object) => {
    for (const watch of watches) watch.write(`${JSON.stringify({ type: "DELETED", object })}\n`);
  };
  const list = (...items: readonly object[]) => ({ metadata: { resourceVersion: "7" }, items });
  const endpoints = [{ conditions: { ready: true }, targetRef: { name: "stays" } }];
  const begun = new EventTarget();
  const api = await fakeApiServer({
    "/api/v1/nodes": 403,
    [DEPLOYMENTS]: list(BACKEND),
    [`${DEPLOYMENTS}/backend`]: BACKEND,
    [`/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`]: list(SET),
    [`${SLICES}?${OF_BACKEND}`]: list({ metadata: { name: "slice" }, endpoints }),
    [`${PODS}?${OF_APP}`]: list(STAYS, LEAVES, THEIRS),
    [`${DEPLOYMENTS}?watch=true&resourceVersion=7`]: watching,
    [`${SLICES}?watch=true&resourceVersion=7&${OF_BACKEND}`]: watching,
    [`${PODS}?watch=true&resourceVersion=7&${OF_APP}`]: (response, request) => {
      watching(response, request);
      watches.push(response);
      begun.dispatchEvent(new Event("watch"));
    },
    [`${PODS}/leaves`]: async (response, request) => {
      asked.push(request.method, await json(request));
      response.end("{}");
      gone(LEAVES);
    },
  });
  const watchesPods = once(begun, "watch");
  const watch = await ClusterWatch.start(api.client, NAMESPACE, () => {});
  await watchesPods;
  const resources = new AsyncDisposableStack();
  resources.use(api);
  resources.use(watch);
  return { watch, asked, gone, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

it("has the Deployment's own pods that leave do so after the time in which everybody hears of it", async () => {
  await using lab = await cluster();
  const rolledOut = lab.watch.untilRolledOut(1, 1, never, { quickly: await lab.watch.quickly("backend", never) });
  await vi.waitFor(() => expect(lab.asked).toHaveLength(2), { timeout: 60_000 });
  lab.gone(THEIRS);
  await rolledOut;
  expect(lab.asked).toEqual(["DELETE", { gracePeriodSeconds: 0, preconditions: { uid: "leaves" } }]);
});

it("lets them drain where nobody says that they need not", async () => {
  await using lab = await cluster();
  const rolledOut = lab.watch.untilRolledOut(1, 1, never);
  lab.gone(LEAVES);
  lab.gone(THEIRS);
  await rolledOut;
  expect(lab.asked).toEqual([]);
});

it("has no pods that may leave quickly of a Deployment that is not there", async () => {
  await using lab = await cluster();
  expect([...(await lab.watch.quickly("backend-v2", never))]).toEqual([]);
});
