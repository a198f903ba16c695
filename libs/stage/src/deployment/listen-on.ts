import type { Socket } from "node:dgram";
import type { Server } from "node:net";
import { InputError } from "@grpc-lb-lab/stage-api";

/**
 * Listens, and resolves with the port.
 * @throws {InputError} that names `what`, the address and the remedy when the port is taken.
 */
export function listenOn(server: Server, at: { host: string; port: number }, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, at, what)));
    server.listen(at, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : at.port);
    });
  });
}

/** As {@link listenOn}, for a UDP port. */
export function bindUdp(socket: Socket, at: { host: string; port: number }, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays: a socket that can no longer receive must not end the lab.
    socket.on("error", (error) => reject(listenError(error, at, what)));
    socket.bind(at.port, at.host, resolve);
  });
}

/** What the caller is told of an error of listening. */
export function listenError(
  error: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
  what: string,
): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new InputError(`${what} cannot listen on ${host}:${port}: the port is taken; end the program that uses it`);
}
