import { createSocket } from "node:dgram";
import { once } from "node:events";
import { InputError } from "@grpc-lb-lab/stage-api";
import { isFree } from "../local-ports.ts";

/** How far above its usual port a free one is looked for. */
const TRIED_PORTS = 100;
const EVERY_ADDRESS = "::";

/** A TCP port that no other lab of this machine takes until this is disposed of. */
export interface PortLease extends AsyncDisposable {
  readonly port: number;
}

/**
 * Leases a TCP port that is free at every address: a usual one, or the next above. Between looking and a program's listening on it another lab
 * could take it, so labs hold the UDP port of the same number meanwhile, which nothing else uses.
 * @throws {InputError} when none of 100 is free.
 */
export async function leasePort(usual: number): Promise<PortLease> {
  for (let port = usual; port < usual + TRIED_PORTS; port++) {
    const lease = await hold(port);
    if (lease === undefined) continue;
    if (await isFree(EVERY_ADDRESS, port)) return lease;
    await lease[Symbol.asyncDispose]();
  }
  throw new InputError(
    `ports ${usual} to ${usual + TRIED_PORTS - 1} are all taken; end the programs that listen on them`,
  );
}

async function hold(port: number): Promise<PortLease | undefined> {
  const socket = createSocket("udp4");
  try {
    socket.bind({ address: "127.0.0.1", port, exclusive: true });
    await once(socket, "listening");
  } catch {
    return undefined;
  }
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
}
