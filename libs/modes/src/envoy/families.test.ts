import { networkInterfaces } from "node:os";
import { afterEach, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { connectClient } from "../testing/connect-client.ts";
import { freePort } from "../testing/free-port.ts";
import { startPod } from "../testing/start-pod.ts";
import { twoFamilyDns } from "../testing/two-family-dns.ts";
import { deployedConfig } from "./deployed-config.ts";
import { clusterHosts } from "./deployed-envoy.ts";
import { staticBootstrap } from "./static-bootstrap.ts";
import { startTestEnvoy } from "./testing/test-envoy.ts";

/** As pods have it in resolv.conf. */
const SEARCH = ["lab.svc.cluster.local", "svc.cluster.local", "cluster.local"];
const NAME = "backend-headless";
const HAS_IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const NEEDS = HAS_IPV6 ? "" : " (NOT RUN: this machine has no ::1)";
const PATIENT = { timeout: 60_000 };

afterEach(() => void vi.unstubAllEnvs());

it.runIf(HAS_IPV6).each([
  ["IPv4 alone", { A: ["127.0.0.1"], AAAA: [] }, "127.0.0.1"],
  ["IPv6 alone", { A: [], AAAA: ["::1"] }, "::1"],
  ["both, and has each pod once", { A: ["127.0.0.1"], AAAA: ["::1"] }, "127.0.0.1"],
])(`Envoy finds pods where a Service has %s, for clients of both families${NEEDS}`, async (_, addresses, found) => {
  using pod = await startPod((stream) => stream.respond({ ":status": 200 }, { endStream: true }));
  using dns = await twoFamilyDns(`${NAME}.${SEARCH[0]}`, addresses);
  vi.stubEnv("LOCALDOMAIN", SEARCH.join(" "));
  vi.stubEnv("RES_OPTIONS", "ndots:5");
  const [port, adminPort] = [await freePort(), await freePort()];
  await using envoy = await startTestEnvoy(
    staticBootstrap({
      listener: { host: "::", port },
      admin: { host: "::", port: adminPort },
      backend: { name: NAME, port: pod.port, isShort: true },
      resolver: { host: dns.host, port: dns.port },
      dnsRefreshMs: 1_000,
      proxyRetries: undefined,
    }),
  );
  await vi.waitFor(async () => expect(clusterHosts(await envoy.ask("/clusters"))).toEqual([found]), PATIENT);
  for (const host of ["127.0.0.1", "[::1]"]) {
    using client = await connectClient(`${host}:${port}`);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    client.request({ ":path": "/" }).once("response", (headers) => resolve(headers[":status"]));
    expect(await promise).toBe(200);
    expect((await fetch(`http://${host}:${adminPort}/ready`)).status).toBe(200);
  }
});

it("what is deployed has no address of one family", () => {
  const text = deployedConfig();
  expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
  const { admin, static_resources } = parse(text);
  const [{ address }] = static_resources.listeners;
  const everywhere = { address: "::", ipv4_compat: true };
  expect([admin.address.socket_address, address.socket_address]).toMatchObject([everywhere, everywhere]);
});
