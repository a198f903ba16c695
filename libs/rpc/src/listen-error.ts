import { InputError } from "@grpc-lb-lab/input-error";

/** A server cannot listen where it was told to. One line that names the address, the reason and the remedy. */
export class ListenError extends InputError {
  override readonly name = "ListenError";
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program: stop it or choose another port",
  EADDRNOTAVAIL:
    "is not an address of this machine: set HOST to one that is (on macOS add it with `ifconfig lo0 alias`)",
  EACCES: "needs more rights: choose a port above 1023",
  ENOTFOUND: "has a host that does not resolve: set HOST to an address of this machine",
};

/** Explains why listening failed; grpc-js gives the code of the operating system within its message only. */
export function listenError(variable: string, address: string, cause: unknown): ListenError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = /\bE[A-Z]{3,}\b/.exec(message)?.[0] ?? "";
  const reason = REASONS[code] ?? `cannot be opened: ${message}`;
  return new ListenError(`${variable}: ${address} ${reason}`, { cause });
}
