import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Metadata, status } from "@grpc/grpc-js";
import { GreeterService, type SayHelloResponse, serviceClient } from "@grpc-lb-lab/proto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { callDeadline } from "./call-deadline.ts";
import { loadClientConfig } from "./client-config.ts";
import { createClient } from "./create-client.ts";
import { StatusError } from "./status-error.ts";
import { settled } from "./testing/call.ts";
import { startTestServer, testGreeter } from "./testing/test-server.ts";

beforeEach(() => {
  for (const name of ["grpc_proxy", "https_proxy", "http_proxy", "no_grpc_proxy", "no_proxy"]) vi.stubEnv(name, "");
});
afterEach(() => void vi.unstubAllEnvs());

/** What an HTTP proxy does when it is asked to connect. */
type OnConnect = "refuse" | "stall" | { readonly to: number };

/** A forward proxy on a free port, which keeps what it was asked for. */
async function startProxy(onConnect: OnConnect) {
  const asked: (string | undefined)[] = [];
  const proxy = createServer();
  proxy.on("connect", ({ url }, socket) => {
    asked.push(url);
    if (onConnect === "refuse") socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    if (typeof onConnect === "string") return;
    const server = connect(onConnect.to, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(server).pipe(socket);
    });
    socket.on("error", () => server.destroy());
    server.on("error", () => socket.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const sockets: Socket[] = [];
  proxy.on("connection", (socket) => sockets.push(socket));
  return {
    asked,
    port,
    /** Frees the port, so that nothing listens on it. */
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}

/** How one call ends by the environment of the process. */
async function callOnce(target: string, deadlineMs = 20_000): Promise<string> {
  const config = loadClientConfig({ BACKEND_TARGET: target, BACKEND_DEADLINE_MS: String(deadlineMs) });
  const client = await createClient(config, { ownConnections: true });
  try {
    const { callback, ended } = settled<SayHelloResponse>();
    serviceClient(GreeterService, client).sayHello(
      { name: "Ada" },
      new Metadata(),
      { deadline: callDeadline(config) },
      callback,
    );
    const end = await ended;
    return end instanceof Error ? `${status[end.code]}: ${end.details}` : "OK";
  } finally {
    client.close();
  }
}

const TARGETS: readonly (readonly [target: string, asked: string, unasked: string])[] = [
  ["backend.shop:50051", "backend.shop:50051", ""],
  ["dns:///backend.shop:50051", "backend.shop:50051", ""],
  ["kubernetes:///backend.shop:50051", "backend.shop:50051", " and does not ask Kubernetes"],
  ["xds:///backend.shop:50051", "backend.shop:50051", " and does not ask the xDS server"],
];

describe.each(TARGETS)("a call to %s that fails on the way through a proxy", (target, asked, unasked) => {
  const sentence = (port: number) =>
    `; http_proxy=http://127.0.0.1:${port} applies to this target: grpc-js connects through that proxy${unasked}; ` +
    "to connect without it, set no_proxy=backend.shop";

  test("that refuses says so, without the proxy's credentials", async () => {
    await using proxy = await startProxy("refuse");
    vi.stubEnv("http_proxy", `http://ada:secret@127.0.0.1:${proxy.port}`);
    const end = await callOnce(target);
    expect(end).toMatch(/^UNAVAILABLE: No connection established/);
    expect(end).toContain(sentence(proxy.port));
    expect(end).not.toContain("secret");
    expect(proxy.asked).toContain(asked);
  });

  test("on which nothing listens says so", async () => {
    const proxy = await startProxy("refuse");
    await proxy[Symbol.asyncDispose]();
    vi.stubEnv("http_proxy", `http://127.0.0.1:${proxy.port}`);
    const end = await callOnce(target);
    expect(end).toMatch(/^UNAVAILABLE: /);
    expect(end).toContain(sentence(proxy.port));
  });
});

test("a proxy that never answers is told of when the deadline has passed", async () => {
  await using proxy = await startProxy("stall");
  vi.stubEnv("https_proxy", `http://127.0.0.1:${proxy.port}`);
  vi.stubEnv("no_proxy", "localhost");
  expect(await callOnce("backend:50051", 50)).toMatch(
    /^DEADLINE_EXCEEDED: .*; https_proxy=http:.* applies to .*set no_proxy="\$no_proxy,backend"$/,
  );
});

test("a proxy between the client and its xDS server is told of, where the target itself needs none", async () => {
  await using proxy = await startProxy("refuse");
  vi.stubEnv("http_proxy", `http://127.0.0.1:${proxy.port}`);
  vi.stubEnv("no_proxy", "shop");
  const bootstrap = { xds_servers: [{ server_uri: "istiod:15010", channel_creds: [{ type: "insecure" }] }] };
  vi.stubEnv("GRPC_XDS_BOOTSTRAP_CONFIG", JSON.stringify({ ...bootstrap, node: { id: "client", locality: {} } }));
  expect(await callOnce("xds:///backend.shop:50051", 500)).toContain(
    `; http_proxy=http://127.0.0.1:${proxy.port} applies to the xDS server istiod:15010: grpc-js asks it through that proxy; ` +
      'to connect without it, set no_proxy="$no_proxy,istiod"',
  );
});

test("a failure that does not come of a proxy is left as it is", async () => {
  const noProxy = await callOnce("127.0.0.1:1");
  expect(noProxy).toContain("ECONNREFUSED");
  expect(noProxy).not.toContain("proxy");
  vi.stubEnv("http_proxy", "http://127.0.0.1:1");
  vi.stubEnv("no_proxy", "127.0.0.1");
  expect(await callOnce("127.0.0.1:1")).not.toContain("proxy");
});

test.each([status.UNAVAILABLE, status.NOT_FOUND])(
  "what a server answers through a proxy (%i) is left as it is",
  async (code) => {
    const sayHello = () => {
      throw new StatusError(code, "no");
    };
    await using pod = await startTestServer(testGreeter({ sayHello }));
    await using proxy = await startProxy({ to: pod.port });
    vi.stubEnv("http_proxy", `http://127.0.0.1:${proxy.port}`);
    expect(await callOnce("backend:50051")).toBe(`${status[code]}: no`);
    expect(proxy.asked).toEqual(["backend:50051"]);
  },
);
