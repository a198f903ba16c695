import { InputError } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { chooseLocalPorts, USUAL_PORTS } from "./local-ports.ts";
import { leaseLoopbackRange } from "./loopback-range.ts";
import { takePort } from "./testing/ports.ts";

describe("the ports of a deployment", () => {
  it("are the next free ones where another program has the usual ones", async () => {
    await using range = await leaseLoopbackRange();
    const host = range.address(1);
    const free = await chooseLocalPorts(host);
    await using _grpc = await takePort(host, free.grpcPort);
    await using _next = await takePort(host, free.grpcPort + 1);
    await using _admin = await takePort(host, free.adminPort);
    const chosen = await chooseLocalPorts(host);
    expect(chosen.grpcPort).toBeGreaterThanOrEqual(free.grpcPort + 2);
    expect(chosen.adminPort).toBeGreaterThan(free.adminPort);
    expect(chosen.dnsPort).toBe(free.dnsPort);
  });

  it("are refused with the remedy when too many are taken", async () => {
    await using range = await leaseLoopbackRange();
    await using holders = new AsyncDisposableStack();
    const host = range.address(1);
    for (let port = USUAL_PORTS.xdsPort; port < USUAL_PORTS.xdsPort + 20; port++) {
      const holder = await takePort(host, port).catch(() => undefined); // Then another program has it at every address.
      if (holder !== undefined) holders.use(holder);
    }
    const refused = chooseLocalPorts(host);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(`ports 15010 to 15029 are all taken on ${host}; end the programs`);
  });
});
