import { createSocket } from "node:dgram";
import { once } from "node:events";
import packet from "dns-packet";

/** RCODE 3: no such name. */
const NXDOMAIN = 3;

/** The most of an answer by UDP where the asker does not say that it takes more. */
const LEAST_BYTES = 512;

/** A DNS server on loopback that knows the addresses of one name, by family, and no other name. It cuts an answer that is longer than the asker takes. */
export async function twoFamilyDns(name: string, addresses: Readonly<Record<"A" | "AAAA", readonly string[]>>) {
  const socket = createSocket("udp4").on("message", (message, { port, address }) => {
    const { id, questions = [], additionals = [] } = packet.decode(message);
    const type = questions[0]?.type === "AAAA" ? "AAAA" : "A";
    const exists = questions[0]?.name.toLowerCase() === name;
    const answers = exists ? addresses[type].map((data) => ({ type, name, ttl: 1, data }) as const) : [];
    const response = { type: "response", id, flags: exists ? 0 : NXDOMAIN, questions, answers } as const;
    const edns = additionals.find((one) => one.type === "OPT");
    const isCut = packet.encode(response).length > Math.max(LEAST_BYTES, edns?.udpPayloadSize ?? 0);
    const fitting = isCut ? { ...response, flags: packet.TRUNCATED_RESPONSE, answers: [] } : response;
    socket.send(packet.encode(fitting), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { host: "127.0.0.1", port: socket.address().port, [Symbol.dispose]: () => socket.close() };
}
