import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";

/** A gRPC call of messages that have one short text, field 1, as a request of the greeter has: that needs no protobuf library. */
export class GrpcCall {
  /** Resolves with the status code; rejects when the stream ends without one. */
  readonly status: Promise<number>;
  /** Resolves when a first message of an answer is here. */
  readonly answered: Promise<unknown>;
  readonly #stream: ReturnType<ClientHttp2Session["request"]>;

  constructor(session: ClientHttp2Session, path: string) {
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
    this.#stream = session.request(headers, { endStream: false });
    this.answered = once(this.#stream, "data");
    this.status = new Promise((resolve, reject) => {
      const take = (fields: object) => resolve(Number((fields as Record<string, string>)["grpc-status"]));
      this.#stream.once("trailers", take);
      this.#stream.once("error", reject);
      this.#stream.once("close", () => reject(new Error(`${path} ended without a status`)));
    });
    this.status.catch(() => {});
    this.answered.catch(() => {});
  }

  /** Sends a message; `more` are further fields, as bytes. */
  say(name: string, more: readonly number[] = []): void {
    const message = Buffer.from([0x0a, name.length, ...Buffer.from(name), ...more]);
    this.#stream.write(Buffer.from([0, 0, 0, 0, message.length, ...message]));
  }

  end(): void {
    this.#stream.end();
  }
}

/** Connects to a gRPC server, once it listens. */
export async function grpcSession(address: string): Promise<ClientHttp2Session> {
  const session = connect(`http://${address}`);
  session.on("error", () => {});
  await once(session, "remoteSettings");
  return session;
}
