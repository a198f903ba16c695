import { networkInterfaces } from "node:os";
import { expect, it } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { twoFamilyDns } from "../testing/two-family-dns.ts";
import { call, NAME, startPods, startTestHaproxy } from "./testing/test-haproxy.ts";

const HAS_IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const NEEDS = HAS_IPV6 ? "" : " (NOT RUN: this machine has no ::1)";

it.runIf(HAS_IPV6).each([
  ["IPv4 alone", { A: ["127.0.0.1"], AAAA: [] }, "127.0.0.1"],
  ["IPv6 alone", { A: [], AAAA: ["::1"] }, "::1"],
  ["both, and takes the first", { A: ["127.0.0.1"], AAAA: ["::1"] }, "127.0.0.1"],
])(`HAProxy finds pods where a Service has %s, for clients of both families${NEEDS}`, async (_, addresses, found) => {
  using pods = await startPods(["127.0.0.1", "::1"]);
  using dns = await twoFamilyDns(NAME, addresses);
  await using haproxy = await startTestHaproxy(pods.port, dns, { host: "::" });
  for (const host of ["127.0.0.1", "[::1]"]) {
    using client = await connectClient(haproxy.address.replace("127.0.0.1", host));
    expect(await call(client)).toBe(found);
  }
});
