import { networkInterfaces } from "node:os";

/** What a machine has of addresses, as `os.networkInterfaces` tells it. */
export type Interfaces = ReturnType<typeof networkInterfaces>;

/**
 * The address to listen on for every address of the machine, of both families: `::`, of which a socket takes IPv4, too; `0.0.0.0` where the
 * machine has no IPv6, and such a socket could not be opened.
 */
export function everyAddress(interfaces: Interfaces = networkInterfaces()): string {
  const has6 = Object.values(interfaces).some((addresses) => addresses?.some(({ family }) => family === "IPv6"));
  return has6 ? "::" : "0.0.0.0";
}
