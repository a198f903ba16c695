import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { leasePort } from "./lease-port.ts";

const USUAL = 27_070;

test("leases differ while they last, and are given again afterwards", async () => {
  const [one, two] = await Promise.all([leasePort(USUAL), leasePort(USUAL)]);
  expect(one.port).not.toBe(two.port);
  await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()]);
  await using again = await leasePort(USUAL);
  expect(again.port).toBe(Math.min(one.port, two.port));
});

test("a port that a program has at one address only is not leased", async () => {
  await using first = await leasePort(USUAL);
  const server = createServer().listen(first.port + 1, "127.9.9.9");
  await once(server, "listening");
  await using second = await leasePort(first.port + 1);
  expect(second.port).toBeGreaterThan(first.port + 1);
  server.close();
});
