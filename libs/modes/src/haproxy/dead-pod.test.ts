import { once } from "node:events";
import { constants, type ServerHttp2Stream } from "node:http2";
import { expect, it, vi } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { RETRY } from "./limits.ts";
import {
  answerHost,
  call,
  calls,
  failed,
  namesOf,
  openStream,
  PATIENT,
  startPods,
  startTestHaproxy,
  tally,
} from "./testing/test-haproxy.ts";
import { NO_REDISPATCH } from "./variants.ts";

const HOSTS = ["127.0.23.1", "127.0.23.2", "127.0.23.3"];
const [, ...OTHERS] = HOSTS;
/** As long as no check runs: what is seen comes of the connection alone. */
const unchecked = (config: string) => config.replace(/ check inter .*/, "");

it("calls go to other pods at once when one has crashed, also while no check has failed", async () => {
  using pods = await startPods(HOSTS);
  using dns = await namesOf(HOSTS);
  await using haproxy = await startTestHaproxy(pods.port, dns, { edit: unchecked });
  using client = await connectClient(haproxy.address);
  await vi.waitFor(async () => expect(Object.keys(tally(await calls(client, 9)))).toHaveLength(3), PATIENT);
  pods.pods[0]?.crash();
  const answers = tally(await calls(client, 30));
  expect(Object.keys(answers).toSorted()).toEqual(OTHERS);
});

it("as HAProxy is by default, a call to a pod that has crashed tries it again, and fails", async () => {
  using pods = await startPods(HOSTS);
  using dns = await namesOf(HOSTS);
  await using haproxy = await startTestHaproxy(pods.port, dns, { edit: unchecked, proxyVariant: NO_REDISPATCH });
  using client = await connectClient(haproxy.address);
  await vi.waitFor(async () => expect(Object.keys(tally(await calls(client, 9)))).toHaveLength(3), PATIENT);
  pods.pods[0]?.crash();
  // Calls that met the end of the connection itself fail otherwise, and at once.
  const expected = Object.fromEntries([failed(503), ...OTHERS].map((answer) => [answer, 1]));
  await vi.waitFor(
    async () => expect(tally(await Promise.all(HOSTS.map(() => call(client))))).toEqual(expected),
    PATIENT,
  );
  const backend = (await haproxy.ask("/stats;csv")).split("\n").find((line) => line.startsWith("backend,BACKEND,"));
  // wretr and wredis: all further attempts, and those at another pod.
  const [attempts, elsewhere] = backend?.split(",").slice(15, 17).map(Number) ?? [];
  expect(attempts).toBeGreaterThanOrEqual(RETRY.most);
  expect(elsewhere).toBe(0);
});

it.each([
  ["fails", undefined],
  ["is made again, where retries are asked for,", 2],
])("a call under way %s when its pod crashes", async (_, proxyRetries) => {
  const held = Promise.withResolvers<string>();
  const holdFirst = (stream: ServerHttp2Stream, host: string) => {
    if (isHeld) return answerHost(stream, host);
    isHeld = true;
    stream.resume().once("end", () => held.resolve(host));
  };
  let isHeld = false;
  using pods = await startPods(HOSTS, holdFirst);
  using dns = await namesOf(HOSTS);
  await using haproxy = await startTestHaproxy(pods.port, dns, { proxyRetries });
  using client = await connectClient(haproxy.address);
  const answer = call(client);
  const host = await held.promise;
  pods.pods.find((pod) => pod.host === host)?.crash();
  if (proxyRetries === undefined) expect(HOSTS).not.toContain(await answer);
  else expect(HOSTS.filter((other) => other !== host)).toContain(await answer);
});

it("a failure of its own is a gRPC status without a body: of a page, clients would not try again", async () => {
  using pods = await startPods(HOSTS);
  using dns = await namesOf([]);
  const failure = async (edit?: (config: string) => string) => {
    await using haproxy = await startTestHaproxy(pods.port, dns, { untilReady: false, ...(edit && { edit }) });
    using client = await connectClient(haproxy.address);
    const stream = openStream(client).end();
    const [headers, flags] = await once(stream, "response");
    return { ...headers, endsStream: (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0 };
  };
  const status = { ":status": 200, "content-type": "application/grpc", "grpc-status": "14", endsStream: true };
  expect(await failure()).toMatchObject(status);
  const byDefault = (config: string) => config.replace(/^ *http-(error|after-response) .*\n/gm, "");
  expect(await failure(byDefault)).toMatchObject({ ":status": 503, "content-type": "text/html", endsStream: false });
});

it("told to end softly it asks clients to connect elsewhere, and a stream under way goes on", async () => {
  using pods = await startPods(HOSTS, (stream, host) => {
    stream.respond({ ":status": 200, pod: host });
    stream.pipe(stream);
  });
  using dns = await namesOf(HOSTS);
  await using haproxy = await startTestHaproxy(pods.port, dns);
  using client = await connectClient(haproxy.address);
  const stream = openStream(client);
  await once(stream, "response");
  const goneAway = once(client, "goaway");
  haproxy.kill("SIGUSR1");
  // Its next answer brings it.
  await call(client);
  await goneAway;
  stream.write("still there");
  expect(String((await once(stream, "data"))[0])).toBe("still there");
});
