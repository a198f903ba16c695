import { once } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { expect, it } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { answerHost, call, namesOf, openStream, startPods, startTestHaproxy } from "./testing/test-haproxy.ts";

const HOST = "127.0.24.1";
/** 2,000 calls a second of a second each are so many at once. */
const AT_ONCE = 2_000;

it("2,000 calls at once on one connection all reach a pod on one connection", async () => {
  const atPod: ServerHttp2Stream[] = [];
  const all = Promise.withResolvers<void>();
  using pods = await startPods([HOST], (stream) => {
    if (atPod.push(stream) === AT_ONCE) all.resolve();
  });
  using dns = await namesOf([HOST]);
  await using haproxy = await startTestHaproxy(pods.port, dns);
  using client = await connectClient(haproxy.address);
  expect(client.remoteSettings.maxConcurrentStreams).toBeGreaterThanOrEqual(AT_ONCE);
  const answers = Array.from({ length: AT_ONCE }, () => call(client));
  // A call that a limit refuses is answered at once: nothing has been answered when all are at the pod.
  expect(await Promise.race([all.promise, ...answers])).toBeUndefined();
  expect(new Set(atPod.map(({ session }) => session))).toHaveProperty("size", 1);
  for (const stream of atPod) answerHost(stream, HOST);
  expect(new Set(await Promise.all(answers))).toEqual(new Set([HOST]));
});

it("by default a client has 100 calls at once", async () => {
  using pods = await startPods([HOST]);
  using dns = await namesOf([HOST]);
  const edit = (config: string) => config.replace(/^ *tune\.h2\.max-concurrent-streams .*\n/m, "");
  await using haproxy = await startTestHaproxy(pods.port, dns, { edit });
  using client = await connectClient(haproxy.address);
  expect(client.remoteSettings.maxConcurrentStreams).toBe(100);
});

it.each([
  ["whose client may go on", false],
  ["whose client has ended", true],
])("a stream %s may be silent for longer than timeouts that HAProxy could have", async (_, hasEnded) => {
  const atPod: ServerHttp2Stream[] = [];
  using pods = await startPods([HOST], (stream) => {
    stream.resume().respond({ ":status": 200 });
    atPod.push(stream);
  });
  using dns = await namesOf([HOST]);
  // `timeout tunnel` does not help a stream.
  const edit = (config: string) =>
    config
      .replace("timeout client 24d", "timeout client 200ms")
      .replace("server 24d", "server 200ms\n  timeout tunnel 24d");
  await using lifted = await startTestHaproxy(pods.port, dns);
  await using limited = await startTestHaproxy(pods.port, dns, { edit });
  using client = await connectClient(lifted.address);
  using client2 = await connectClient(limited.address);
  const silent = openStream(client);
  await once(silent, "response");
  const cut = openStream(client2);
  if (hasEnded) for (const stream of [silent, cut]) stream.end();
  await once(cut, "response");
  await once(cut.resume(), "close");
  atPod[0]?.write("still there");
  expect(String((await once(silent, "data"))[0])).toBe("still there");
});

it("a call that its client takes back ends at the pod, too", async () => {
  const taken = Promise.withResolvers<void>();
  using pods = await startPods([HOST], (stream) => {
    stream.respond({ ":status": 200 });
    stream.once("close", () => taken.resolve());
  });
  using dns = await namesOf([HOST]);
  await using haproxy = await startTestHaproxy(pods.port, dns);
  using client = await connectClient(haproxy.address);
  const stream = openStream(client);
  await once(stream, "response");
  stream.close();
  await taken.promise;
});
