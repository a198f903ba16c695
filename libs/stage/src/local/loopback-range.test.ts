import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { InputError } from "@grpc-lb-lab/stage-api";
import { afterEach, describe, expect, it, vi } from "vitest";
import { leaseLoopbackRange, loopbackPrefix } from "./loopback-range.ts";
import { isFree } from "./testing/ports.ts";

const LEASE_PORT = 50_049;

describe("a leased loopback range", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("is nobody else's", async () => {
    await using first = await leaseLoopbackRange();
    await using second = await leaseLoopbackRange();
    expect(first.address(11)).toMatch(/^127\.\d+\.\d+\.11$/);
    expect(first.address(11)).not.toBe(second.address(11));
  });

  it("is free again once disposed, though somebody is connected to the port that holds it", async () => {
    const prefix = `127.254.${randomInt(1, 255)}`;
    const range = await leaseLoopbackRange(prefix);
    const socket = connect(LEASE_PORT, range.address(1));
    await once(socket, "connect");
    await expect(leaseLoopbackRange(prefix)).rejects.toThrow(`no free loopback range was found under ${prefix}.*`);
    await range[Symbol.asyncDispose]();
    socket.destroy();
    expect(await isFree(range.address(1), LEASE_PORT)).toBe(true);
  });

  it("lies where LAB_LOOPBACK says", async () => {
    vi.stubEnv("LAB_LOOPBACK", "127.253");
    await using range = await leaseLoopbackRange();
    expect(range.address(7)).toMatch(/^127\.253\.\d+\.7$/);
  });

  it("cannot be had on a machine without such addresses, and the remedy is told", async () => {
    const refused = leaseLoopbackRange("192.0.2"); // TEST-NET-1: no machine has it.
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(/no loopback address 192\.0\.2\.1 .*ifconfig lo0 alias/);
  });
});

describe("LAB_LOOPBACK", () => {
  it.each([undefined, ""])("is 127 when it is %o", (given) => {
    expect(loopbackPrefix(given)).toBe("127");
  });

  it.each(["127", "127.0", "127.9", "127.77.255"])("may be %s", (given) => {
    expect(loopbackPrefix(given)).toBe(given);
  });

  it.each(["abc", "10.1", "192.0.2", "127.256", "127.", "127.01", "127.1.1.1", " 127", "127.-1", "localhost"])(
    "is refused as %s",
    (given) => {
      expect(() => loopbackPrefix(given)).toThrow(InputError);
      expect(() => loopbackPrefix(given)).toThrow(`LAB_LOOPBACK is "${given}"; it must be the first`);
    },
  );
});
