import { createSocket, type Socket } from "node:dgram";
import { createServer, isIPv6, type Server, type Socket as TcpSocket } from "node:net";
import packet, { type Packet } from "dns-packet";
import { bindUdp, listenOn } from "../deployment/listen-on.ts";

/** Largest answer by UDP where the asker does not say that it takes more (RFC 1035, 4.2.1); longer ones are truncated, and asked for again by TCP. */
const LEAST_UDP_BYTES = 512;

/** Addresses of a name, of both families, or undefined when the name does not exist. */
export type Lookup = (name: string) => readonly string[] | undefined;

/** Where a DNS server listens, and what it answers. */
export interface DnsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly lookup: Lookup;
  /** How long an answer is repeated, as CoreDNS's cache does, and the TTL that it carries (rounded up to a second). */
  readonly ttlMs: number;
}

/**
 * A DNS server for A and AAAA records with a cache in front of the truth, as CoreDNS in a cluster: a client that asks within `ttlMs` of the
 * last fresh answer gets that one again, however the endpoints have changed.
 */
export class DnsServer implements AsyncDisposable {
  readonly #options: DnsServerOptions;
  readonly #udp: Socket;
  readonly #tcp: Server;
  readonly #tcpSockets = new Set<TcpSocket>();
  readonly #cache = new Map<string, { readonly addresses: readonly string[] | undefined; readonly untilMs: number }>();

  private constructor(options: DnsServerOptions) {
    this.#options = options;
    this.#udp = createSocket("udp4", (message, peer) => {
      const answer = this.#answer(message);
      if (answer === undefined) return;
      this.#udp.send(fitUdp(answer, largestUdpBytes(message)), peer.port, peer.address, () => {}); // A lost answer is asked for again.
    });
    this.#tcp = createServer((socket) => this.#serveTcp(socket));
  }

  /** @throws {InputError} when the port is taken. */
  static async listen(options: DnsServerOptions): Promise<DnsServer> {
    const server = new DnsServer(options);
    const { host, port } = options;
    try {
      await listenOn(server.#tcp, { host, port }, "the DNS server");
      await bindUdp(server.#udp, { host, port }, "the DNS server");
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#tcpSockets) socket.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.#udp.close(resolve)),
      new Promise((resolve) => this.#tcp.close(resolve)),
    ]);
  }

  #serveTcp(socket: TcpSocket): void {
    this.#tcpSockets.add(socket);
    socket.once("close", () => this.#tcpSockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const length = received.readUInt16BE(0);
        const answer = this.#answer(received.subarray(2, 2 + length));
        received = received.subarray(2 + length);
        if (answer !== undefined) socket.write(packet.streamEncode(answer));
      }
    });
  }

  /** Undefined for what is not a DNS query: such a packet is dropped. */
  #answer(message: Buffer): Packet | undefined {
    const query = decodeQuery(message);
    const question = query?.questions?.[0];
    if (query === undefined || question === undefined) return undefined;
    const addresses = this.#cached(question.name.toLowerCase());
    const exists = addresses !== undefined;
    const wanted = (addresses ?? []).map((data) => ({ type: isIPv6(data) ? "AAAA" : "A", data }) as const);
    const ttl = Math.ceil(this.#options.ttlMs / 1000);
    return {
      type: "response",
      id: query.id ?? 0,
      flags: packet.AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & packet.RECURSION_DESIRED) | (exists ? 0 : NXDOMAIN),
      questions: [question],
      answers: wanted.flatMap((one) => (one.type === question.type ? [{ ...one, name: question.name, ttl }] : [])),
    };
  }

  #cached(name: string): readonly string[] | undefined {
    const nowMs = performance.now();
    const cached = this.#cache.get(name);
    if (cached !== undefined && cached.untilMs > nowMs) return cached.addresses;
    const addresses = this.#options.lookup(name);
    this.#cache.set(name, { addresses, untilMs: nowMs + this.#options.ttlMs });
    return addresses;
  }
}

/** RCODE 3, RFC 1035, 4.1.1. */
const NXDOMAIN = 3;

function decodeQuery(message: Buffer): Packet | undefined {
  try {
    const decoded = packet.decode(message);
    return decoded.type === "query" ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** What the asker takes by UDP: as it says (EDNS, RFC 6891, 6.2.3), as CoreDNS honours it. HAProxy, which asks by UDP alone, depends on it. */
function largestUdpBytes(message: Buffer): number {
  const said = decodeQuery(message)?.additionals?.find(({ type }) => type === "OPT");
  return Math.max(LEAST_UDP_BYTES, said?.type === "OPT" ? said.udpPayloadSize : 0);
}

function fitUdp(answer: Packet, mostBytes: number): Buffer {
  const whole = packet.encode(answer);
  if (whole.length <= mostBytes) return whole;
  return packet.encode({ ...answer, flags: (answer.flags ?? 0) | packet.TRUNCATED_RESPONSE, answers: [] });
}
