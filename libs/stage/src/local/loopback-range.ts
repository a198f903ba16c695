import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { InputError } from "@grpc-lb-lab/stage-api";

/** Port that is held on the first address of a leased range: the kernel frees the lease with the process, however it ends. */
const LEASE_PORT = 50_049;
const ATTEMPTS = 50;

/** Addresses 127.x.y.1 to 127.x.y.254 that one deployment has to itself on this machine. */
export interface LoopbackRange extends AsyncDisposable {
  /** The address whose last byte is `host`. */
  address(host: number): string;
}

/**
 * Leases a loopback range, so that several deployments, of several lab processes, run side by side on the same ports.
 * @param prefix - first one to three bytes of the ranges; default {@link loopbackPrefix}.
 * @throws {InputError} when the machine has no such loopback addresses (macOS has 127.0.0.1 only), or all tried ones are taken.
 */
export async function leaseLoopbackRange(prefix = loopbackPrefix(process.env.LAB_LOOPBACK)): Promise<LoopbackRange> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const range = randomRange(prefix);
    const holder = await hold(`${range}.1`);
    if (holder !== undefined) {
      return {
        address: (host) => `${range}.${host}`,
        [Symbol.asyncDispose]: () => new Promise((resolve) => holder.close(() => resolve())),
      };
    }
  }
  throw new InputError(
    `no free loopback range was found under ${prefix}.* in ${ATTEMPTS} tries; end other labs, or set LAB_LOOPBACK to another prefix`,
  );
}

/**
 * Reads `LAB_LOOPBACK`: `127` when it is not set; `127.9` leaves 254 ranges, `127.9.9` is the one range 127.9.9.0/24. Other networks
 * are refused, for everything here listens without credentials and must be reachable from this machine alone.
 * @throws {InputError} on anything else.
 */
export function loopbackPrefix(given: string | undefined): string {
  if (given === undefined || given === "") return "127";
  const bytes = given.split(".");
  const areBytes = bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255);
  if (areBytes && bytes[0] === "127" && bytes.length <= 3) return given;
  throw new InputError(
    `LAB_LOOPBACK is "${given}"; it must be the first one to three bytes of loopback addresses, such as 127, 127.77 or 127.77.77`,
  );
}

/** 127.0.*.* is left alone unless asked for: 127.0.0.1 and Debian's 127.0.1.1 belong to others. */
function randomRange(prefix: string): string {
  const given = prefix.split(".");
  const random = () => String(randomInt(1, 255));
  return [...given, random(), random()].slice(0, 3).join(".");
}

function hold(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy()); // An open connection would delay the lease's end.
    server.unref();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(noAddress(address, error));
    });
    server.listen({ host: address, port: LEASE_PORT, exclusive: true }, () => resolve(server));
  });
}

function noAddress(address: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== "EADDRNOTAVAIL" && error.code !== "EINVAL") return error;
  return new InputError(
    `this machine has no loopback address ${address} (${error.code}): the local stage gives every pod its own. Linux has all of 127.0.0.0/8; ` +
      `on macOS set LAB_LOOPBACK=127.77.77 and add the addresses: for i in $(seq 254); do sudo ifconfig lo0 alias 127.77.77.$i; done`,
  );
}
