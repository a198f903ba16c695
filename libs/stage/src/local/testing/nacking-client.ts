import { connect } from "node:http2";

const CLUSTERS = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
const METHOD = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
/** Message lengths are one byte, so that this needs no protobuf library: what is encoded here stays under 128 bytes. */
const LONGEST_BYTES = 127;

/** An xDS client that asks for all clusters and rejects the first answer with `reason`; ends when disposed. */
export function nackingClient(address: string, nodeId: string, reason: string): Disposable {
  const session = connect(`http://${address}`);
  session.on("error", () => {});
  const stream = session.request({
    ":method": "POST",
    ":path": METHOD,
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.on("error", () => {});
  const node = text(1, nodeId);
  stream.write(frame([message(2, node), text(4, CLUSTERS)]));
  stream.once("data", (bytes: Buffer) => {
    const nonce = nonceOf(bytes.subarray(5));
    stream.write(frame([text(4, CLUSTERS), text(5, nonce), message(6, text(2, reason))]));
  });
  return { [Symbol.dispose]: () => session.destroy() };
}

/** gRPC's length-prefixed message. */
function frame(fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

function message(field: number, body: Buffer): Buffer {
  if (body.length > LONGEST_BYTES) throw new Error(`field ${field} is too long for this client`);
  return Buffer.concat([Buffer.from([(field << 3) | 2, body.length]), body]);
}

/** Field 5 of a DiscoveryResponse; every field of it is length-delimited. */
function nonceOf(response: Buffer): string {
  let at = 0;
  while (at < response.length) {
    const field = (response[at++] ?? 0) >> 3;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = response[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (field === 5) return response.toString("utf8", at, at + length);
    at += length;
  }
  throw new Error("the response carries no nonce");
}
