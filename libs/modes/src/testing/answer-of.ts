import { once } from "node:events";
import type { ClientHttp2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";

const POST = { ":method": "POST", ":path": "/greeter.v1.GreeterService/SayHello", "content-type": "application/grpc" };
/** An empty message, as gRPC frames it: to some proxies a call is another thing without one. */
const MESSAGE = Buffer.alloc(5);

/** Makes a unary call with some headers beside its own; resolves with the first headers of the answer. */
export async function answerOf(
  client: ClientHttp2Session,
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingHttpHeaders> {
  const stream = client.request({ ...POST, te: "trailers", ...headers }).on("error", () => {}); // As a proxy cuts it.
  stream.end(MESSAGE);
  const [answer] = await once(stream, "response");
  stream.resume();
  return answer;
}

/** A pod that tells where it was called and a header that it got: one server stands for all pods of loopback. */
export function answerWhere(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  if (stream.destroyed) return;
  stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": "0",
      pod: stream.session?.socket.localAddress?.replace("::ffff:", ""),
      seen: headers["x-lab-seen"] ?? "",
    },
    { endStream: true },
  );
}
