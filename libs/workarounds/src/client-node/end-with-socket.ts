import type { Writable } from "node:stream";
import type { Exec } from "@kubernetes/client-node";

/** The connection of an {@link Exec}. */
export type ExecSocket = Awaited<ReturnType<Exec["exec"]>>;

/**
 * Ends the outputs of a remote command with its connection. client-node 2.0 ends them only when the command's status arrives, so they would stay
 * open for ever when the connection is lost.
 */
export function endWithSocket(socket: ExecSocket, outputs: readonly Writable[]): void {
  socket.onclose = () => {
    for (const output of outputs) if (!output.writableEnded) output.end();
  };
}
