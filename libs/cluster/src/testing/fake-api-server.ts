import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { KubeClient } from "../kube-client.ts";
import { answerExec, type Printed } from "./fake-exec.ts";

/** Answers by itself. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** What an API server answers, by path with its query as people read it; a status alone is a refusal. */
export type Answers = Readonly<Record<string, object | string | number | Answer>>;

/** The user of a kubeconfig file that lies in `folder`. */
export type User = (folder: string) => object;

/** An API server that knows nothing but `answers` and remote commands, and a client of it; who uses it calls `vi.unstubAllEnvs` afterwards. */
export async function fakeApiServer(answers: Answers, user: User = () => ({ token: "secret" }), printed: Printed = {}) {
  const server = createServer((request, response) => {
    const answer = answers[decodeURIComponent(request.url ?? "")] ?? 404;
    if (typeof answer === "function") return answer(response, request);
    const status = typeof answer === "number" ? answer : 200;
    response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  server.on("upgrade", (request, socket) => answerExec(printed, request, socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const folder = await mkdtemp(join(tmpdir(), "lab-kubeconfig-"));
  await writeFile(join(folder, "config"), JSON.stringify(kubeConfig(server.address() as AddressInfo, user(folder))));
  vi.stubEnv("KUBECONFIG", join(folder, "config"));
  const client = await KubeClient.connect("fake");
  const dispose = async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  };
  return { client, folder, [Symbol.asyncDispose]: dispose };
}

function kubeConfig({ port }: AddressInfo, user: object): object {
  return {
    clusters: [{ name: "it", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "ada", user }],
    contexts: [{ name: "fake", context: { cluster: "it", user: "ada" } }],
  };
}
