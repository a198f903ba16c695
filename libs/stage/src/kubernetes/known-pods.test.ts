import { execFile } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { DnsServer } from "../local/dns-server.ts";
import { leaseLoopbackRange } from "../local/loopback-range.ts";
import { ASK_DNS, untoldMs } from "./known-pods.ts";

const NAME = "backend-headless.lab.svc.cluster.local";
const PORT = 10_053;
/** It asks once, and waits longer than this before it would ask again. */
const ONCE_MS = "400";

/** The exit code of a search for `wanted` in a cluster whose DNS has `known`. */
async function search(known: readonly string[], wanted: readonly string[]): Promise<number> {
  await using range = await leaseLoopbackRange();
  const host = range.address(2);
  await using _dns = await DnsServer.listen({ host, port: PORT, ttlMs: 1_000, lookup: () => known });
  const asks = `import dns from "node:dns/promises"; dns.setServers(["${host}:${PORT}"]);`;
  const args = ["--import", `data:text/javascript,${encodeURIComponent(asks)}`, "-e", ASK_DNS, NAME, ONCE_MS];
  const [code] = await once(execFile(process.execPath, [...args, wanted.join()]), "exit");
  return code;
}

it.each([
  [["10.0.0.8", "10.0.0.7"], ["10.0.0.7", "10.0.0.8"], 0],
  [["fd00::8", "fd00::7"], ["fd00::7", "fd00::8"], 0],
  [["10.0.0.7", "fd00::7"], ["fd00::7"], 0],
  [["fd00::7"], ["fd00::8"], 1],
])("where DNS has %j, a search for the pods %j ends with %i", async (known, wanted, code) => {
  expect(await search(known, wanted)).toBe(code);
});

it("counts DNS's times from when the pods became those of now, so that a proxy's rollout is part of them", () => {
  const [windowMs, margin] = [5_000, 3_000];
  expect(untoldMs(1_000, windowMs, 1_000)).toBe(windowMs + margin);
  expect(untoldMs(1_000, windowMs, 7_000)).toBe(2_000);
  expect(untoldMs(1_000, windowMs, 60_000)).toBe(0);
});
