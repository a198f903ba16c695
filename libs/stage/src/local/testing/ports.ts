import { once } from "node:events";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";

/** Takes a port until disposed, as a program of somebody else's. */
export async function takePort(host: string, port: number): Promise<AsyncDisposable> {
  const server = createServer().listen(port, host);
  await once(server, "listening");
  return { [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))) };
}

/** Whether nobody listens there. */
export async function isFree(host: string, port: number): Promise<boolean> {
  try {
    await using _taken = await takePort(host, port);
    return true;
  } catch {
    return false;
  }
}

/** The first line that a server says to a new connection. @throws when the connection is refused or reset. */
export async function firstLine(address: string): Promise<string> {
  const [host, port] = address.split(":");
  const socket = connect({ host, port: Number(port) });
  try {
    const [bytes] = await once(socket, "data");
    return String(bytes).trim();
  } finally {
    socket.destroy();
  }
}

/** All that a server says until it ends the connection. */
export async function wholeAnswer(address: string, said: string): Promise<string> {
  const [host, port] = address.split(":");
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  socket.end(said);
  return text(socket);
}
