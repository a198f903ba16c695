import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { KubeClient } from "./kube-client.ts";

const FORBIDDEN = 'pods is forbidden: User "ada" cannot list resource "pods" in API group "" in the namespace "x"';

/** Answers as the API server does: by the first part of the path. */
const ANSWERS: Readonly<Record<string, readonly [number, object]>> = {
  forbidden: [403, { kind: "Status", message: FORBIDDEN }],
  unknown: [401, { kind: "Status", message: "Unauthorized" }],
  another: [409, { kind: "Status", message: "the UID in the precondition does not match" }],
  broken: [500, { kind: "Status", message: "etcd is gone" }],
};

const seen: { readonly request: IncomingMessage; readonly body: string }[] = [];
const server = createServer(async (request, response) => {
  seen.push({ request, body: await text(request) });
  const [, part = ""] = (request.url ?? "").split("/");
  const [status, body] = part === "there" ? [200, { name: "it" }] : (ANSWERS[part] ?? [404, { message: "not found" }]);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});

let folder: string;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  folder = await mkdtemp(join(tmpdir(), "lab-kubeconfig-"));
  const file = join(folder, "config");
  const config = {
    clusters: [
      { name: "up", cluster: { server: `http://127.0.0.1:${port}` } },
      { name: "down", cluster: { server: "http://127.0.0.1:9" } },
    ],
    users: [{ name: "ada", user: { token: "secret" } }],
    contexts: ["up", "down"].map((cluster) => ({ name: cluster, context: { cluster, user: "ada" } })),
    "current-context": "down",
  };
  await writeFile(file, JSON.stringify(config));
  vi.stubEnv("KUBECONFIG", file);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  server.close();
  await rm(folder, { recursive: true });
});

it("asks the context that was named, whichever is the current one, with its credentials", async () => {
  const client = await KubeClient.connect("up");
  expect(await client.get("/there")).toEqual({ name: "it" });
  expect(seen.at(-1)?.request.headers.authorization).toBe("Bearer secret");
  await client.request("PATCH", "/there", { body: { spec: null } });
  expect(seen.at(-1)).toMatchObject({ body: '{"spec":null}' });
  expect(seen.at(-1)?.request.headers["content-type"]).toBe("application/merge-patch+json");
});

it("has no context that the kubeconfig file has not", async () => {
  await expect(KubeClient.connect("prod")).rejects.toThrow(
    'the kubeconfig file has no context "prod" (it has up, down): name one of these, or create a cluster with make cluster (context kind-lab)',
  );
});

it.each([
  ["/forbidden", `context up lacks a permission: ${FORBIDDEN}: ask for a role that has it, or name another context`],
  [
    "/unknown",
    "context up: the API server does not accept its credentials: renew them in the kubeconfig file, or name another context",
  ],
])("tells %s as bad input", async (path, message) => {
  const client = await KubeClient.connect("up");
  await expect(client.get(path)).rejects.toMatchObject({ name: "InputError", message });
});

it("finds nothing where nothing is", async () => {
  const client = await KubeClient.connect("up");
  expect(await client.find("/nowhere")).toBeUndefined();
  await expect(client.find("/broken")).rejects.toMatchObject({ status: 500, message: expect.stringContaining("etcd") });
});

it("has text word for word, be it JSON or not", async () => {
  const client = await KubeClient.connect("up");
  expect(await client.text("/there")).toBe('{"name":"it"}');
  await expect(client.text("/nowhere")).rejects.toMatchObject({ status: 404, reason: "not found" });
});

it("changes an object by a JSON patch", async () => {
  const client = await KubeClient.connect("up");
  expect(await client.patch("/there", [{ op: "remove", path: "/spec" }])).toEqual({ name: "it" });
  expect(seen.at(-1)).toMatchObject({ request: { method: "PATCH" }, body: '[{"op":"remove","path":"/spec"}]' });
  expect(seen.at(-1)?.request.headers["content-type"]).toBe("application/json-patch+json");
});

it("deletes what is there, with no body unless there are options", async () => {
  const client = await KubeClient.connect("up");
  await client.delete("/there");
  expect(seen.at(-1)).toMatchObject({ request: { method: "DELETE" }, body: "" });
  await client.delete("/there", { preconditions: { uid: "1" } });
  expect(seen.at(-1)).toMatchObject({ request: { method: "DELETE" }, body: '{"preconditions":{"uid":"1"}}' });
});

it("takes what has gone for deleted, and another of the same name where the UID was told", async () => {
  const client = await KubeClient.connect("up");
  await client.delete("/nowhere");
  await client.delete("/another", { preconditions: { uid: "1" } });
  await expect(client.delete("/another")).rejects.toMatchObject({ status: 409 });
  await expect(client.delete("/broken")).rejects.toMatchObject({ status: 500 });
});

it("tells that an API server does not answer", async () => {
  const client = await KubeClient.connect("down");
  const message = expect.stringContaining("the API server of context down does not answer at http://127.0.0.1:9");
  await expect(client.get("/there")).rejects.toMatchObject({ name: "InputError", message });
});
