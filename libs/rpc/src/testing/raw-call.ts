import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import { create, toBinary } from "@bufbuild/protobuf";

/** A connection of bare HTTP/2, which shows what gRPC clients hide: GOAWAY, windows, frames. */
export function openConnection(address: string): ClientHttp2Session & Disposable {
  const session = connect(`http://${address}`);
  session.on("error", () => {}); // A connection that is cut on purpose also closes.
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}

/** Starts a call with one request message and half-closes it. */
export function rawCall<M extends DescMessage>(
  session: ClientHttp2Session,
  path: string,
  schema: M,
  request: MessageInitShape<M>,
): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.on("error", () => {});
  stream.end(frame(toBinary(schema, create(schema, request))));
  return stream;
}

/** A gRPC message on the wire: not compressed, its length, its bytes. */
function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
