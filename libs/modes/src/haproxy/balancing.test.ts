import { expect, it, vi } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { serverAddresses } from "./deployed-haproxy.ts";
import { SLOTS } from "./limits.ts";
import {
  call,
  calls,
  failed,
  NAME,
  namesOf,
  PATIENT,
  startPods,
  startTestHaproxy,
  tally,
} from "./testing/test-haproxy.ts";

const HOSTS = ["127.0.21.1", "127.0.21.2", "127.0.21.3", "127.0.21.4"];

it.each([1, 2])("every pod answers the same number of a client's calls, with %i threads", async (proxyWorkers) => {
  using pods = await startPods(HOSTS);
  using dns = await namesOf(HOSTS);
  await using haproxy = await startTestHaproxy(pods.port, dns, { proxyWorkers });
  await vi.waitFor(async () => expect(serverAddresses(await haproxy.ask("/stats;csv"))).toEqual(HOSTS), PATIENT);
  using client = await connectClient(haproxy.address);
  using other = await connectClient(haproxy.address);
  const answers = [...(await calls(client, 20)), ...(await calls(other, 20))];
  expect(tally(answers)).toEqual(Object.fromEntries(HOSTS.map((host) => [host, 10])));
});

it("without HTTP/2 to the pods no call is answered", async () => {
  using pods = await startPods(HOSTS);
  using dns = await namesOf(HOSTS);
  const edit = (config: string) => config.replace(" proto h2 resolvers", " resolvers");
  await using haproxy = await startTestHaproxy(pods.port, dns, { edit });
  using client = await connectClient(haproxy.address);
  expect(new Set(await calls(client, 8))).toEqual(new Set([failed(502)]));
});

it("a pod gets calls from when DNS names it until DNS does not, however old the client's connection is", async () => {
  using pods = await startPods(HOSTS);
  const named = HOSTS.slice(0, 2);
  using dns = await namesOf(named);
  await using haproxy = await startTestHaproxy(pods.port, dns);
  using client = await connectClient(haproxy.address);
  const answering = async () => Object.keys(tally(await calls(client, 8))).toSorted();
  await vi.waitFor(async () => expect(await answering()).toEqual(HOSTS.slice(0, 2)), PATIENT);
  named.push(...HOSTS.slice(2));
  await vi.waitFor(async () => expect(await answering()).toEqual(HOSTS), PATIENT);
  named.splice(0, 3);
  await vi.waitFor(async () => expect(await answering()).toEqual(HOSTS.slice(3)), PATIENT);
});

it("without resolvers a name is resolved once, at the start, and every slot gets the first address", async () => {
  using pods = await startPods(["127.0.0.1"]);
  using dns = await namesOf(HOSTS);
  const edit = (config: string) => config.replace(NAME, "localhost").replace(/ resolvers dns .* init-addr none/, "");
  await using haproxy = await startTestHaproxy(pods.port, dns, { edit });
  const known = serverAddresses(await haproxy.ask("/stats;csv"));
  expect([known.length, new Set(known).size]).toEqual([SLOTS, 1]);
});

it("it is ready no sooner than DNS has told it of a pod: before, it would refuse calls", async () => {
  using pods = await startPods(HOSTS);
  const named: string[] = [];
  using dns = await namesOf(named);
  await using haproxy = await startTestHaproxy(pods.port, dns, { untilReady: false });
  using client = await connectClient(haproxy.address);
  expect(await haproxy.ask("/ready")).toContain("503");
  expect(await call(client)).toBe(failed(503));
  named.push(...HOSTS);
  await vi.waitFor(async () => expect(await haproxy.ask("/ready")).toContain("200"), PATIENT);
  expect(HOSTS).toContain(await call(client));
});

it("a pod that DNS names beyond the slots gets no call", async () => {
  using pods = await startPods(HOSTS);
  using dns = await namesOf(HOSTS);
  const edit = (config: string) => config.replace(`server-template pod ${SLOTS} `, "server-template pod 3 ");
  await using haproxy = await startTestHaproxy(pods.port, dns, { edit });
  await vi.waitFor(async () => expect(serverAddresses(await haproxy.ask("/stats;csv"))).toHaveLength(3), PATIENT);
  using client = await connectClient(haproxy.address);
  expect(Object.values(tally(await calls(client, 12)))).toEqual([4, 4, 4]);
});

it("answers of DNS may be long, which they may not by default", async () => {
  const hosts = Array.from({ length: 50 }, (_, index) => `127.0.22.${index + 1}`);
  using dns = await namesOf(hosts);
  const known = async (haproxy: Awaited<ReturnType<typeof startTestHaproxy>>) =>
    serverAddresses(await haproxy.ask("/stats;csv"));
  const [port, untilReady] = [1, false];
  await using haproxy = await startTestHaproxy(port, dns, { untilReady });
  await vi.waitFor(async () => expect(await known(haproxy)).toEqual(hosts.toSorted()), PATIENT);
  const edit = (config: string) => config.replace(/^ *accepted_payload_size .*\n/m, "");
  await using short = await startTestHaproxy(port, dns, { untilReady, edit });
  await vi.waitFor(async () => expect(await short.ask("/stats;csv")).toContain("resolution"), PATIENT);
  expect(await known(short)).toEqual([]);
});
