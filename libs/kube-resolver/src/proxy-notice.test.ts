import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, credentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { callOnce } from "./testing/call.ts";
import { TestLab } from "./testing/test-lab.ts";

beforeEach(() => {
  for (const name of ["grpc_proxy", "https_proxy", "http_proxy", "no_grpc_proxy", "no_proxy"]) vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What grpc-js and its resolvers log; it is not printed. */
function notices(): string[] {
  const printed = vi.spyOn(console, "error").mockImplementation(() => {});
  return printed.mock.calls as unknown as string[];
}

const ours = (log: readonly string[]) => log.map(String).filter((line) => line.includes("kube-resolver"));

/** An HTTP proxy that refuses to connect. */
async function startProxy() {
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on("connect", ({ url }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  return { asked, port, [Symbol.dispose]: () => void proxy.close() };
}

test.each([
  ["kubernetes:///backend", "backend:443", "backend"],
  ["kubernetes:///backend.shop:50051", "backend.shop:50051", "backend.shop"],
])("a proxy that takes %s away from the resolver is named once, without credentials", async (target, asked, host) => {
  const log = notices();
  await using lab = await TestLab.start();
  using proxy = await startProxy();
  vi.stubEnv("http_proxy", `http://ada:secret@127.0.0.1:${proxy.port}`);
  for (let channel = 0; channel < 2; channel++) {
    await expect(callOnce(lab.client(target))).rejects.toMatchObject({ code: 14 });
  }
  expect(proxy.asked).toContain(asked);
  expect(ours(log)).toEqual([
    `E kube-resolver: http_proxy=http://127.0.0.1:${proxy.port} applies to ${target}: grpc-js connects through that proxy and does not ask ` +
      `Kubernetes; to connect without it, set no_proxy=${host}, or the channel option grpc.enable_http_proxy to 0`,
  ]);
});

test.each([
  ["a port name", "kubernetes:///backend:grpc", {}, {}],
  ["no_proxy", "kubernetes:///backend", { no_proxy: "backend" }, {}],
  ["grpc.enable_http_proxy 0", "kubernetes:///backend", {}, { "grpc.enable_http_proxy": 0 }],
])("nothing is said, and calls are made, with %s", async (_, target, env, options) => {
  const log = notices();
  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  for (const [name, value] of Object.entries({ http_proxy: "http://127.0.0.1:1", ...env })) vi.stubEnv(name, value);
  const client = new Client(target, credentials.createInsecure(), options);
  expect(await callOnce(client)).toBe("a");
  client.close();
  expect(ours(log)).toEqual([]);
});
