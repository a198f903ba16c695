import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy whose connections can be made to hang. */
export interface HangingProxy extends AsyncDisposable {
  /** `host:port` of the proxy. */
  readonly uri: string;
  /** From now on nothing that either side sends gets through, as when a peer is stuck: the connections stay open. */
  hang(): void;
}

/** Starts a proxy on a free loopback port in front of `port`. */
export async function hangingProxy(port: number): Promise<HangingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    uri: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
