import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";

/** One connection of a client, as a gRPC channel has it; resolves when the settings of the other side have come. */
export async function connectClient(address: string): Promise<ClientHttp2Session & Disposable> {
  const session = connect(`http://${address}`, { maxSessionMemory: 1_000 });
  await once(session, "remoteSettings");
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}
