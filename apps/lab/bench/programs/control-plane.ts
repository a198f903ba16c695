import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { ControlPlane, type MeshEndpoint, type MeshService } from "@grpc-lb-lab/control-plane";
import { monotonicMs } from "@grpc-lb-lab/measure";
import { answerRequests } from "./answer-requests.ts";

/** A change of the endpoints. Times are ms of the machine's monotonic clock. */
export interface Change {
  /** The control plane was told. */
  readonly toldAtMs: number;
  /** It had encoded the change and handed it to its stream. */
  readonly pushedAtMs: number;
  /** The client had accepted it. */
  readonly ackedAtMs: number;
  /** What went to the client from told to accepted, HTTP/2 framing included. */
  readonly bytes: number;
}

const sockets: Socket[] = [];
channel("net.server.socket").subscribe((message) => sockets.push((message as { socket: Socket }).socket));

let plane: ControlPlane | undefined;

const handlers = {
  /** Listens on a free port, with one service; resolves with where. */
  async serve(service: MeshService): Promise<string> {
    plane = await ControlPlane.listen({ model: { services: [service] } });
    return plane.uri;
  },

  /** Replaces the service's endpoints; resolves when the client has accepted them. */
  async change({ name, namespace, endpoints }: ServiceEndpoints): Promise<Change> {
    const bytesBefore = bytesWritten();
    const toldAtMs = monotonicMs();
    if (plane === undefined) throw new Error("there is no control plane to change yet");
    plane.setEndpoints({ name, namespace }, endpoints);
    const pushedAtMs = monotonicMs();
    await plane.acknowledged({ types: ["EDS"] });
    return { toldAtMs, pushedAtMs, ackedAtMs: monotonicMs(), bytes: bytesWritten() - bytesBefore };
  },
};

type ServiceEndpoints = Pick<MeshService, "name" | "namespace"> & { readonly endpoints: readonly MeshEndpoint[] };

export type ControlPlaneHandlers = typeof handlers;

answerRequests(handlers);

function bytesWritten(): number {
  return sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0);
}
