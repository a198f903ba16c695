import { isIPv4, isIPv6 } from "node:net";
import { InvalidArgumentError } from "commander";

/** An address of this machine and a port of it. */
export interface ListenAddress {
  /** An IP address or `localhost`: at other names the page takes no orders (DNS rebinding). */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** The machine's own address: nobody else reaches it. */
const USUAL_HOST = "127.0.0.1";
/** That of the frontend everywhere. */
const USUAL_PORT = 3_000;
const HIGHEST_PORT = 65_535;

const IN_BRACKETS = /^\[([^\]]+)\](?::(\d+))?$/;
const HOST_AND_PORT = /^([^:]+):(\d+)$/;

/**
 * Reads `ADDRESS:PORT`, an address alone (port 3000) or a port alone (at 127.0.0.1). IPv6 addresses with a port stand in brackets.
 * @throws {InvalidArgumentError} on anything else; also on `:PORT`, which some programs take for every address and others for the own one.
 */
export function listenAddress(value: string): ListenAddress {
  const found = parse(value);
  if (found === undefined || found.port > HIGHEST_PORT) {
    throw new InvalidArgumentError(
      "It must be ADDRESS:PORT, an IP address (or localhost) or a port from 0 to 65535, such as 127.0.0.1:8080, 0.0.0.0 (every address), [::1]:8080 or 8080.",
    );
  }
  return found;
}

function parse(value: string): ListenAddress | undefined {
  if (/^\d+$/.test(value)) return { host: USUAL_HOST, port: Number(value) };
  if (isIPv6(value)) return { host: value, port: USUAL_PORT };
  const [, bracketed, itsPort] = IN_BRACKETS.exec(value) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: bracketed, port: portOf(itsPort) } : undefined;
  const [, host, port] = HOST_AND_PORT.exec(value) ?? [];
  if (host !== undefined) return isHost(host) ? { host, port: portOf(port) } : undefined;
  return isHost(value) ? { host: value, port: USUAL_PORT } : undefined;
}

function isHost(text: string): boolean {
  return text === "localhost" || isIPv4(text);
}

function portOf(digits: string | undefined): number {
  return digits === undefined ? USUAL_PORT : Number(digits);
}
