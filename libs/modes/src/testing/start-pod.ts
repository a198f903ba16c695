import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";

/** A pod that speaks HTTP/2 in plaintext on every address of this machine, unless one is given, and leaves its answers to `onStream`. */
export async function startPod(
  onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  host?: string,
) {
  // Node's own limit of a session's memory is none of a proxy's; gRPC's server lifts it, too.
  const server = createServer({ maxSessionMemory: 1_000 }).on("stream", (stream, headers) => {
    stream.on("error", () => {}); // As a proxy cuts it.
    onStream(stream, headers);
  });
  await once(server.listen(0, host), "listening");
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => void server.close() };
}
