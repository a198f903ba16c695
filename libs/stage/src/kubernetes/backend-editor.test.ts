import { hostname } from "node:os";
import { BEFORE_ANNOTATION } from "@grpc-lb-lab/cluster";
import { fakeApiServer, PatchedObject } from "@grpc-lb-lab/cluster/testing";
import { InputError } from "@grpc-lb-lab/stage-api";
import { afterEach, expect, it, vi } from "vitest";
import { ownMark } from "../process-mark.ts";
import { BackendEditor } from "./backend-editor.ts";
import type { ClusterWatch } from "./cluster-watch.ts";

afterEach(() => vi.unstubAllEnvs());

const PATH = "/apis/apps/v1/namespaces/lab-plain/deployments/backend";
const TEMPLATE = { metadata: {}, spec: { containers: [{ name: "app", image: "backend:dev" }] } };
const DEPLOYMENT = {
  metadata: { name: "backend", annotations: {} as Record<string, string> },
  spec: { replicas: 4, minReadySeconds: 0, strategy: { type: "RollingUpdate" }, template: TEMPLATE },
  status: {},
};
const never = new AbortController().signal;

/** Who waits until pods are there: at once, or never. */
function watching(untilRolledOut: () => Promise<void> = async () => {}): ClusterWatch {
  return { untilRolledOut, quickly: async () => new Set() } as unknown as ClusterWatch;
}

async function cluster(deployment: typeof DEPLOYMENT = DEPLOYMENT) {
  const object = new PatchedObject(deployment);
  const api = await fakeApiServer({ [PATH]: object.answer, [`${PATH}?fieldManager=grpc-lb-lab`]: object.answer });
  const start = (watch = watching()) => BackendEditor.start(api.client, watch, "lab-plain", never);
  const now = () => object.now as typeof DEPLOYMENT;
  return { start, now, object, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

/** Of a container's first process: whether it runs cannot be told, so it does. */
const AT_WORK = "1-1-1";

/** As a lab of this machine leaves it that was killed, or is at work. */
function changedBy(mark: string): typeof DEPLOYMENT {
  const { spec } = DEPLOYMENT;
  const memory = JSON.stringify({ ...spec, by: { host: hostname(), mark } });
  return {
    ...DEPLOYMENT,
    metadata: { name: "backend", annotations: { [BEFORE_ANNOTATION]: memory } },
    spec: { ...spec, replicas: 9 },
  };
}

it("makes the Deployment what it was, and forgets", async () => {
  await using lab = await cluster();
  const editor = await lab.start();
  await editor.scale(6, never);
  expect(lab.now().spec.replicas).toBe(6);
  await editor.restore(never);
  expect(lab.now()).toMatchObject({ spec: DEPLOYMENT.spec, metadata: { annotations: {} } });
  expect(lab.now().metadata.annotations).not.toHaveProperty(BEFORE_ANNOTATION);
});

it("remembers on when it could not be undone, so that the next lab undoes it", async () => {
  await using lab = await cluster();
  const editor = await lab.start(watching(() => Promise.reject(new InputError("no image"))));
  await expect(editor.scale(6, never)).rejects.toThrow("no image");
  await expect(editor.restore(never)).rejects.toThrow("no image");
  expect(JSON.parse(lab.now().metadata.annotations[BEFORE_ANNOTATION] ?? "{}").replicas).toBe(4);
  await (await lab.start()).restore(never);
  expect(lab.now().spec.replicas).toBe(4);
});

it("is another lab's only once what is undone at the same time has ended, and well", async () => {
  await using lab = await cluster();
  const editor = await lab.start();
  const beside = Promise.withResolvers<void>();
  const restored = editor.restore(never, () => beside.promise).catch((error: Error) => error.message);
  beside.reject(new InputError("the proxy does not come up"));
  expect(await restored).toBe("the proxy does not come up");
  expect(lab.now().metadata.annotations).toHaveProperty(BEFORE_ANNOTATION);
  await editor.restore(never, async () => {
    expect(lab.now().metadata.annotations).toHaveProperty(BEFORE_ANNOTATION);
  });
  expect(lab.now().metadata.annotations).not.toHaveProperty(BEFORE_ANNOTATION);
});

it("undoes what a killed lab has left", async () => {
  const killed = ownMark().replace(/-\d+-/, "-1-");
  await using lab = await cluster(changedBy(killed));
  await lab.start();
  expect(lab.now().spec).toEqual(DEPLOYMENT.spec);
});

it("refuses where another lab is at work", async () => {
  await using lab = await cluster(changedBy(AT_WORK));
  await expect(lab.start()).rejects.toThrow("another lab (process 1) is at work in namespace lab-plain");
  expect(lab.now().spec.replicas).toBe(9);
});

it("is taken by one of two labs that read it at the same time", async () => {
  const object = new PatchedObject(DEPLOYMENT);
  let taken = false;
  await using api = await fakeApiServer({
    [PATH]: (response, request) => {
      object.answer(response, request);
      // The other lab is faster: it takes the Deployment after this one has read it.
      if (!taken) object.set(changedBy(AT_WORK));
      taken = true;
    },
    [`${PATH}?fieldManager=grpc-lb-lab`]: object.answer,
  });
  await expect(BackendEditor.start(api.client, watching(), "lab-plain", never)).rejects.toThrow(/^another lab/);
});

it("takes a Deployment whose status is written meanwhile", async () => {
  const object = new PatchedObject(DEPLOYMENT);
  let writes = 3;
  await using api = await fakeApiServer({
    [PATH]: (response, request) => {
      object.answer(response, request);
      if (writes-- > 0) object.set(DEPLOYMENT);
    },
    [`${PATH}?fieldManager=grpc-lb-lab`]: object.answer,
  });
  await BackendEditor.start(api.client, watching(), "lab-plain", never);
  expect(object.now).toMatchObject({ metadata: { annotations: { [BEFORE_ANNOTATION]: expect.any(String) } } });
});
