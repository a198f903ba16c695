import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { seededRandom } from "@grpc-lb-lab/measure";
import { InputError } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { leaseLoopbackRange } from "../local/loopback-range.ts";
import { firstLine, wholeAnswer } from "../local/testing/ports.ts";
import { ConnectionForwarder, type ForwardTarget } from "./connection-forwarder.ts";

const PORT = 50_051;

describe("a connection forwarder", () => {
  it("keeps a connection on its target whatever becomes of the targets", async () => {
    await using first = await startNamed("first");
    await using second = await startNamed("second");
    const targets: ForwardTarget[] = [first];
    await using service = await startForwarder(targets);
    const { host, port } = service;
    const socket = connect({ host, port });
    expect(await nextText(socket)).toBe("first\n");
    targets.splice(0, 1, second);
    socket.write("still there?");
    expect(await nextText(socket)).toBe("first: still there?");
    expect(await firstLine(`${host}:${port}`)).toBe("second");
    socket.destroy();
  });

  it("picks at random over all targets, and the same ones for the same seed", async () => {
    await using first = await startNamed("first");
    await using second = await startNamed("second");
    const picks = await Promise.all([7, 7].map((seed) => pickedBy(seed, [first, second])));
    expect(picks[0]).toEqual(picks[1]);
    expect(new Set(picks[0])).toEqual(new Set(["first", "second"]));
  });

  it("passes on the end of one direction while the other goes on", async () => {
    await using late = await startLateAnswerer();
    await using service = await startForwarder([late]);
    expect(await wholeAnswer(`${service.host}:${service.port}`, "question")).toBe("answer to question");
  });

  it("passes on what is said to a target that has ended its own side", async () => {
    const heard = Promise.withResolvers<string>();
    await using target = await startServer((socket) => {
      socket.end("I am done");
      text(socket).then(heard.resolve, heard.reject);
    });
    await using service = await startForwarder([target]);
    const socket = connect({ host: service.host, port: service.port, allowHalfOpen: true });
    expect(await text(socket)).toBe("I am done");
    socket.end("and I go on");
    expect(await heard.promise).toBe("and I go on");
  });

  it("resets connections to a dead endpoint", async () => {
    const gone = await startNamed("gone");
    await gone[Symbol.asyncDispose]();
    await using service = await startForwarder([gone]);
    await expect(firstLine(`${service.host}:${service.port}`)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("resets connections when there is no endpoint", async () => {
    await using service = await startForwarder([]);
    await expect(firstLine(`${service.host}:${service.port}`)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("passes a target's reset on", async () => {
    await using target = await startServer((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    await using service = await startForwarder([target]);
    await expect(wholeAnswer(`${service.host}:${service.port}`, "x")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("cuts its connections when disposed", async () => {
    await using target = await startNamed("target");
    const service = await startForwarder([target]);
    const socket = connect({ host: service.host, port: service.port });
    socket.on("error", () => {});
    await nextText(socket);
    const closed = once(socket, "close");
    await service[Symbol.asyncDispose]();
    await closed;
  });

  it("names the address and the remedy when its port is taken", async () => {
    await using service = await startForwarder([]);
    const { host, port } = service;
    const second = ConnectionForwarder.listen({ host, port, targets: () => [], random: Math.random });
    await expect(second).rejects.toThrow(InputError);
    await expect(second).rejects.toThrow(`the Service's forwarder cannot listen on ${host}:${port}`);
  });
});

async function pickedBy(seed: number, targets: readonly ForwardTarget[]): Promise<string[]> {
  await using service = await startForwarder(targets, seed);
  const names: string[] = [];
  for (let index = 0; index < 16; index++) names.push(await firstLine(`${service.host}:${service.port}`));
  return names;
}

async function startForwarder(targets: readonly ForwardTarget[], seed = 1) {
  const range = await leaseLoopbackRange();
  const [host, port] = [range.address(5), PORT];
  const forwarder = await ConnectionForwarder.listen({
    host,
    port,
    targets: () => targets,
    random: seededRandom(seed),
  });
  const dispose = async () => {
    await forwarder[Symbol.asyncDispose]();
    await range[Symbol.asyncDispose]();
  };
  return { host, port, [Symbol.asyncDispose]: dispose };
}

/** Says its name, then repeats what it hears. */
function startNamed(name: string) {
  return startServer((socket) => {
    socket.write(`${name}\n`);
    socket.on("data", (bytes) => socket.write(`${name}: ${bytes}`));
  });
}

/** Answers only once the asker has ended its side. */
function startLateAnswerer() {
  return startServer((socket) => {
    let asked = "";
    socket.on("data", (bytes) => {
      asked += bytes;
    });
    socket.once("end", () => socket.end(`answer to ${asked}`));
  });
}

async function startServer(serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const dispose = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: dispose };
}

async function nextText(socket: Socket): Promise<string> {
  const [bytes] = await once(socket, "data");
  return String(bytes);
}
