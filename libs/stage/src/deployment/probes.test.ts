import { once } from "node:events";
import { createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { answersHttp2 } from "./probes.ts";

const never = new AbortController().signal;

/** A server that does with each connection what it is told to. */
async function listening(take: (socket: Socket) => void) {
  const server = createServer((socket) => take(socket.on("error", () => {}))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe("who answers a client of HTTP/2", () => {
  it("is ready", async () => {
    const server = createHttp2Server().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await answersHttp2(`127.0.0.1:${port}`)(never)).toBe(true);
    server.close();
  });

  it("is not ready when it keeps connections and says nothing", async () => {
    await using server = await listening((socket) => socket.resume());
    expect(await answersHttp2(server.address)(never)).toBe(false);
  });

  it("is not ready when it ends or resets connections, as an engine's forwarder does with nobody behind it", async () => {
    await using ending = await listening((socket) => socket.resume().end());
    await using resetting = await listening((socket) => socket.resetAndDestroy());
    expect(await answersHttp2(ending.address)(never)).toBe(false);
    expect(await answersHttp2(resetting.address)(never)).toBe(false);
  });

  it("is not ready when nobody listens", async () => {
    const server = await listening(() => {});
    await server[Symbol.asyncDispose]();
    expect(await answersHttp2(server.address)(never)).toBe(false);
  });

  it("is not looked at any longer than wanted", async () => {
    await using server = await listening((socket) => socket.resume());
    const aborting = new AbortController();
    const looking = answersHttp2(server.address)(aborting.signal);
    aborting.abort(new Error("enough"));
    await expect(looking).rejects.toThrow("enough");
  });
});
