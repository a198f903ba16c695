import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Source: https://www.rfc-editor.org/rfc/rfc6455#section-1.3 */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const [BINARY_FRAME, CLOSE_FRAME] = [0x82, 0x88];
/** The channels of a remote command: k8s.io/apimachinery/pkg/util/remotecommand. */
const [STDERR, STATUS] = [2, 3];

/** What a remote command prints to stderr, by the path of its exec with its query as people read it; others are refused. */
export type Printed = Readonly<Record<string, string>>;

/** Answers a `pods/exec` as an API server does: over a WebSocket, each message behind the number of its channel. */
export function answerExec(printed: Printed, { url = "", headers }: IncomingMessage, socket: Duplex): void {
  const words = printed[decodeURIComponent(url)];
  if (words === undefined) return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  const accepted = createHash("sha1").update(`${headers["sec-websocket-key"]}${GUID}`).digest("base64");
  const [protocol] = (headers["sec-websocket-protocol"] ?? "").split(",");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accepted}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
  );
  socket.write(frame(STDERR, words));
  socket.write(frame(STATUS, JSON.stringify({ status: "Success" })));
  socket.end(Buffer.from([CLOSE_FRAME, 0]));
}

/** Short enough for the length of one byte. */
function frame(channel: number, words: string): Buffer {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(words)]);
  return Buffer.concat([Buffer.from([BINARY_FRAME, payload.length]), payload]);
}
