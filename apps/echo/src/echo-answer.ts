import type { CallContext } from "@grpc-lb-lab/rpc";
import type { EchoIdentity } from "./config.ts";
import { field, fieldIfAny } from "./output-lines.ts";
import { peerAddress } from "./peer-address.ts";
import { spiffeId } from "./spiffe-id.ts";

/** The part of a call that an answer tells of. */
export type EchoCall = Pick<CallContext, "metadata" | "peer" | "host" | "peerCertificate">;

/**
 * What Echo answers: the request's headers, then who answered, in the lines of Istio's echo server (pkg/test/echo/server/endpoint/grpc.go).
 * Two more come last, which Istio's client takes for text of the answer: `Zone` where the pod knows its own, and `PeerSpiffe` where the client proved who
 * it is.
 */
export function echoAnswer(
  message: string,
  call: EchoCall,
  { pod, version, namespace, zone }: EchoIdentity,
  port: number,
): string {
  return [
    field("Host", call.host),
    ...headerLines(call),
    field("StatusCode", 200),
    field("ServiceVersion", version),
    field("ServicePort", port),
    fieldIfAny("Namespace", namespace),
    field("IP", peerAddress(call.peer)),
    field("Proto", "GRPC"),
    field("Echo", message),
    field("Hostname", pod),
    fieldIfAny("Zone", zone),
    fieldIfAny("PeerSpiffe", spiffeId(call.peerCertificate) ?? ""),
  ].join("");
}

/** grpc-js takes the pseudo-headers and the content type, which no other request can have, out of a call's metadata. */
function headerLines({ metadata, host }: EchoCall): readonly string[] {
  const received = Object.entries(metadata.toJSON()).filter(([key]) => !key.endsWith("-bin"));
  const headers = [[":authority", [host]], ["content-type", ["application/grpc"]], ...received] as const;
  return headers.flatMap(([key, values]) => values.map((value) => field("RequestHeader", `${key}:${value}`)));
}
