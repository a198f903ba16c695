import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { connect } from "node:net";
import { InputError } from "@grpc-lb-lab/stage-api";
import packet from "dns-packet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DnsServer } from "./dns-server.ts";
import { type LoopbackRange, leaseLoopbackRange } from "./loopback-range.ts";

const PORT = 10_053;
const NAME = "backend-headless.lab.svc.cluster.local";
const TTL_MS = 1_500;

describe("a DNS server", () => {
  let range: LoopbackRange;
  let addresses: string[];
  beforeEach(async () => {
    range = await leaseLoopbackRange();
    addresses = ["127.9.9.11", "127.9.9.12"];
  });
  afterEach(async () => {
    vi.useRealTimers();
    await range[Symbol.asyncDispose]();
  });

  const host = () => range.address(2);
  const listen = (ttlMs = TTL_MS) =>
    DnsServer.listen({
      host: host(),
      port: PORT,
      ttlMs,
      lookup: (name) => (name === NAME ? [...addresses] : undefined),
    });
  const resolver = () => {
    const asked = new Resolver({ timeout: 5_000, tries: 3 });
    asked.setServers([`${host()}:${PORT}`]);
    return asked;
  };

  it("answers with a name's addresses, in any case of letters, and their TTL in whole seconds", async () => {
    await using _server = await listen();
    expect(await resolver().resolve4(NAME)).toEqual(addresses);
    const upper = await resolver().resolve4(NAME.toUpperCase(), { ttl: true });
    expect(upper).toEqual(addresses.map((address) => ({ address, ttl: 2 })));
  });

  it("says NXDOMAIN of a name that does not exist", async () => {
    await using _server = await listen();
    await expect(resolver().resolve4(`other.${NAME}`)).rejects.toMatchObject({ code: "ENOTFOUND" });
  });

  it("says that an existing name has no addresses of another family", async () => {
    await using _server = await listen();
    await expect(resolver().resolve6(NAME)).rejects.toMatchObject({ code: "ENODATA" });
  });

  it("tells of each family what was asked for", async () => {
    addresses.push("fd00::11");
    await using _server = await listen();
    expect(await resolver().resolve4(NAME)).toEqual(["127.9.9.11", "127.9.9.12"]);
    expect(await resolver().resolve6(NAME)).toEqual(["fd00::11"]);
  });

  it("repeats an answer within the TTL and looks afresh after it", async () => {
    await using _server = await listen();
    vi.useFakeTimers({ toFake: ["performance"] });
    const first = [...addresses];
    expect(await resolver().resolve4(NAME)).toEqual(first);
    addresses.push("127.9.9.13");
    vi.advanceTimersByTime(TTL_MS - 1);
    expect(await resolver().resolve4(NAME)).toEqual(first);
    vi.advanceTimersByTime(1);
    expect(await resolver().resolve4(NAME)).toEqual(addresses);
  });

  it("hands out 100 addresses, which takes TCP", async () => {
    addresses = Array.from({ length: 100 }, (_, index) => `127.9.9.${index + 1}`);
    await using _server = await listen();
    const byUdp = await exchange(host(), query(NAME));
    expect(byUdp).toMatchObject({ flag_tc: true, answers: [] });
    expect(await resolver().resolve4(NAME)).toEqual(addresses);
  });

  it("hands out 100 addresses by UDP to who takes as much", async () => {
    addresses = Array.from({ length: 100 }, (_, index) => `127.9.9.${index + 1}`);
    await using _server = await listen();
    const answered = async (udpPayloadSize: number) => exchange(host(), query(NAME, udpPayloadSize));
    expect((await answered(8_192)).answers).toHaveLength(100);
    expect(await answered(1_232)).toMatchObject({ flag_tc: true, answers: [] });
  });

  it("drops what is no query, and goes on", async () => {
    await using _server = await listen();
    const garbage = [Buffer.from("x"), Buffer.alloc(12), Buffer.alloc(600, 0xff), packet.encode({ type: "response" })];
    const strange = Buffer.from(query(NAME));
    strange.writeUInt16BE(65, strange.length - 4); // HTTPS, which dns-packet does not know.
    strange.writeUInt16BE(77, strange.length - 2); // No class at all.
    for (const bytes of [...garbage, strange]) await send(host(), bytes);
    expect(await resolver().resolve4(NAME)).toEqual(addresses);
  });

  it("survives garbage by TCP", async () => {
    await using _server = await listen();
    const socket = connect(PORT, host());
    socket.write(Buffer.from([0, 3, 1, 2, 3, 0xff]));
    socket.write(packet.streamEncode({ type: "query", id: 7, questions: [{ type: "A", name: NAME }] }));
    expect(await resolver().resolve4(NAME)).toEqual(addresses);
    socket.destroy();
  });

  it("ends though a TCP client stays connected", async () => {
    const server = await listen();
    const socket = connect(PORT, host());
    const closed = once(socket, "close");
    await once(socket, "connect");
    await server[Symbol.asyncDispose]();
    await closed;
    await using _again = await listen();
  });

  it.each(["UDP", "TCP"])(
    "names the address and the remedy when the %s port is taken, and frees the other one",
    async (kind) => {
      const holder = kind === "UDP" ? await holdUdp(host()) : await listen();
      const failure = await listen().catch((error: Error) => error);
      expect(failure).toBeInstanceOf(InputError);
      expect(String(failure)).toContain(`${host()}:${PORT}: the port is taken; end the program`);
      await holder[Symbol.asyncDispose]();
      await using _server = await listen();
    },
  );
});

function query(name: string, udpPayloadSize?: number): Buffer {
  const edns = {
    type: "OPT",
    name: ".",
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
  const additionals = udpPayloadSize === undefined ? [] : [edns as packet.OptAnswer];
  return packet.encode({ type: "query", id: 1, questions: [{ type: "A", name }], additionals });
}

async function send(host: string, bytes: Buffer): Promise<void> {
  const socket = createSocket("udp4");
  await new Promise((resolve) => socket.send(bytes, PORT, host, resolve));
  socket.close();
}

async function exchange(host: string, bytes: Buffer): Promise<packet.DecodedPacket> {
  const socket = createSocket("udp4");
  socket.send(bytes, PORT, host);
  const [answer] = await once(socket, "message");
  socket.close();
  return packet.decode(answer);
}

async function holdUdp(host: string): Promise<AsyncDisposable> {
  const socket = createSocket("udp4").bind(PORT, host);
  await once(socket, "listening");
  return { [Symbol.asyncDispose]: async () => void (await new Promise<void>((resolve) => socket.close(resolve))) };
}
