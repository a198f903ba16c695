import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ControlPlane, type MeshEndpoint, proxylessBootstrap } from "@grpc-lb-lab/control-plane";
import type { LoadMessage } from "@grpc-lb-lab/stage/load-lines";
import { expect, it } from "vitest";
import { answerAs, startTestGreeter } from "../testing/test-greeter.ts";

const LAB = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));
const SERVICE = { name: "backend", namespace: "test", port: 50_051, clusterIp: "10.0.0.1" };

/** A greeter behind a port that counts connections. */
async function startCounted(pod: string) {
  const greeter = await startTestGreeter(answerAs(pod));
  const port = Number(greeter.target.split(":")[1]);
  let connections = 0;
  const front = createServer((socket) => {
    connections += 1;
    const upstream = connect(port, "127.0.0.1");
    socket.on("error", () => upstream.destroy());
    upstream.on("error", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(front, "listening");
  const endpoint: MeshEndpoint = { address: "127.0.0.1", port: (front.address() as AddressInfo).port };
  const close = () => {
    front.close();
    return greeter[Symbol.asyncDispose]();
  };
  return { endpoint, connections: () => connections, close };
}

it("an xds: client keeps its connections when another endpoint comes", async () => {
  const [a, b, c] = await Promise.all(["a", "b", "c"].map(startCounted));
  if (a === undefined || b === undefined || c === undefined) throw new Error("unreachable");
  const model = (endpoints: readonly MeshEndpoint[]) => ({ services: [{ ...SERVICE, endpoints }] });
  await using plane = await ControlPlane.listen({ model: model([a.endpoint, b.endpoint]) });
  const bootstrap = proxylessBootstrap({
    controlPlaneUri: plane.uri,
    nodeIp: "127.0.0.1",
    pod: "client",
    namespace: "test",
  });
  const env = {
    ...process.env,
    BACKEND_TARGET: "xds:///backend.test.svc.cluster.local:50051",
    GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap),
  };
  const load = spawn(process.execPath, [LAB, "load"], { env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(load, "close");
  load.stdin.write(`${JSON.stringify({ rate: 100, durationMs: 20_000, warmUp: { distinctPods: 2 } })}\n`);
  for await (const line of createInterface({ input: load.stdout })) {
    const message = JSON.parse(line) as LoadMessage;
    if (message.type === "began") plane.update(model([a.endpoint, b.endpoint, c.endpoint]));
    if (message.type === "calls" && message.pods.some(({ pod }) => pod === "c")) load.stdin.write('{"type":"stop"}\n');
  }
  await ended;
  expect([a, b, c].map(({ connections }) => connections())).toEqual([1, 1, 1]);
  await Promise.all([a, b, c].map(({ close }) => close()));
});
