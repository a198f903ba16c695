import { once } from "node:events";
import { constants } from "node:http2";
import { createConnection, createServer, type Socket } from "node:net";
import { GreeterService, SayHelloRequestSchema } from "@grpc-lb-lab/proto";
import { afterEach, expect, test, vi } from "vitest";
import { buildServer } from "./build-server.ts";
import { implement } from "./implement.ts";
import { ListenError } from "./listen-error.ts";
import { createLogger } from "./logger.ts";
import { ServerMetrics } from "./server-metrics.ts";
import { openConnection, rawCall } from "./testing/raw-call.ts";
import { NO_LIMITS, startTestServer, testGreeter } from "./testing/test-server.ts";

const SAY_HELLO = "/greeter.v1.GreeterService/SayHello";

afterEach(() => vi.unstubAllEnvs());

test("a taken port is told as such", async () => {
  await using other = await startTestServer();
  await using server = await unbound();
  const listening = server.listen({ host: "127.0.0.1", port: other.port });
  await expect(listening).rejects.toThrow(ListenError);
  await expect(listening).rejects.toThrow(`GRPC_PORT: 127.0.0.1:${other.port} is taken by another program`);
  const second = server.listen({ host: "127.0.0.1", port: other.port, portVariable: "PLAIN_GRPC_PORT" });
  await expect(second).rejects.toThrow(`PLAIN_GRPC_PORT: 127.0.0.1:${other.port} is taken`);
});

test("an address of another machine is told as such", async () => {
  await using server = await unbound();
  await expect(server.listen({ host: "192.0.2.1", port: 0 })).rejects.toThrow(
    "GRPC_PORT: 192.0.2.1:0 is not an address of this machine",
  );
});

test("listens on IPv6 addresses", async () => {
  await using server = await unbound();
  expect(await server.listen({ host: "::1", port: 0 })).toBeGreaterThan(0);
});

/** So long that a call reaches the server before its connection is old, on a busy machine too. */
const AGE_MS = 1_000;

test("an aged connection is told to end, and its calls may finish", async () => {
  const call = heldCall();
  await using pod = await startTestServer(call.greeter, { maxConnectionAgeMs: AGE_MS });
  using connection = openConnection(pod.address);
  const stream = rawCall(connection, SAY_HELLO, SayHelloRequestSchema, { name: "Ada" });
  const trailers = once(stream, "trailers");
  const [goawayCode] = await once(connection, "goaway");
  expect(goawayCode).toBe(constants.NGHTTP2_NO_ERROR);
  call.release();
  stream.resume();
  const [headers] = await trailers;
  expect(headers).toMatchObject({ "grpc-status": "0" });
  await once(connection, "close");
});

test("calls of an aged connection are cut when its grace is over", async () => {
  const call = heldCall();
  await using pod = await startTestServer(call.greeter, { maxConnectionAgeMs: AGE_MS, maxConnectionAgeGraceMs: 50 });
  using connection = openConnection(pod.address);
  const stream = rawCall(connection, SAY_HELLO, SayHelloRequestSchema, { name: "Ada" });
  const trailers = vi.fn();
  stream.on("trailers", trailers).resume();
  await once(connection, "close");
  expect(trailers).not.toHaveBeenCalled();
});

test("the server pings by itself when it is told to keep connections alive, and drops a peer that is gone", async () => {
  await using pod = await startTestServer(testGreeter(), { keepaliveMs: 50 });
  using connection = openConnection(pod.address);
  await once(connection, "ping");
  await once(connection, "ping");
  // A socket that speaks no HTTP/2 beyond the preface answers no ping.
  using peer = mutePeer(pod.port);
  await once(peer.socket, "close");
});

test("an xDS server that gets no listener gives up with the reason", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => silent.once("listening", resolve));
  const address = silent.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  vi.stubEnv("GRPC_XDS_BOOTSTRAP_CONFIG", bootstrap(`127.0.0.1:${address.port}`));
  try {
    await using server = await unbound("xds");
    const port = await freePort();
    await expect(server.listen({ host: "127.0.0.1", port, xdsDeadlineMs: 50 })).rejects.toThrow(
      `GRPC_SERVER=xds: the control plane sent no usable listener for 127.0.0.1:${port} within 50 ms`,
    );
    // Listens on every address of both families anyway; istiod knows the listener by this name.
    await expect(server.listen({ host: "::", port, xdsDeadlineMs: 50 })).rejects.toThrow(
      `no usable listener for 0.0.0.0:${port} `,
    );
    await expect(server.listen({ host: "127.0.0.1", port: address.port })).rejects.toThrow(
      "is taken by another program",
    );
    await expect(server.listen({ host: "localhost", port })).rejects.toThrow("must have the format IP:port");
  } finally {
    silent.close();
  }
});

function heldCall() {
  const { promise, resolve } = Promise.withResolvers<object>();
  return { greeter: testGreeter({ sayHello: () => promise }), release: () => resolve({}) };
}

function mutePeer(port: number): Disposable & { readonly socket: Socket } {
  const socket = createConnection(port, "127.0.0.1");
  const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  socket.write(Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), emptySettings]));
  socket.resume();
  return { socket, [Symbol.dispose]: () => socket.destroy() };
}

function bootstrap(controlPlane: string): string {
  return JSON.stringify({
    xds_servers: [{ server_uri: controlPlane, channel_creds: [{ type: "insecure" }], server_features: ["xds_v3"] }],
    node: { id: "test", locality: { zone: "a" } },
    server_listener_resource_name_template: "inbound/%s",
  });
}

async function freePort(): Promise<number> {
  await using pod = await startTestServer();
  return pod.port;
}

async function unbound(kind: "plain" | "xds" = "plain") {
  const services = [implement(GreeterService, testGreeter(), createLogger("silent"))];
  return await buildServer({ connections: { ...NO_LIMITS, kind }, services, metrics: new ServerMetrics() });
}
