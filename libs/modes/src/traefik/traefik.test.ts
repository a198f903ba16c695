import { once } from "node:events";
import type { ClientHttp2Session, ServerHttp2Stream } from "node:http2";
import { expect, it } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { freePort } from "../testing/free-port.ts";
import { startPod } from "../testing/start-pod.ts";
import { fileConfiguration } from "./file-configuration.ts";
import { startTestTraefik } from "./testing/test-traefik.ts";

const LOOPBACK = "127.0.0.1";
const POST = { ":method": "POST", ":path": "/greeter.v1.GreeterService/Chat", "content-type": "application/grpc" };

const OK = { ":status": 200, "content-type": "application/grpc" };

/** The pods as the mode tells of them, though each of the test's has a port of its own. */
function podsAt(ports: readonly number[], retries?: number): string {
  const addresses = ports.map((_, index) => `${LOOPBACK}${index}`);
  const text = fileConfiguration({ addresses, port: 1, retries });
  return ports.reduce((all, port, index) => all.replace(`${addresses[index]}:1`, `${LOOPBACK}:${port}`), text);
}

/** The HTTP status of a call. */
async function statusOf(client: ClientHttp2Session): Promise<number> {
  const stream = client.request(POST, { endStream: true });
  const [headers] = await once(stream, "response");
  stream.resume();
  return Number(headers[":status"]);
}

/** A pod that answers at once, and counts. */
async function countingPod() {
  let calls = 0;
  const pod = await startPod((stream) => {
    calls += 1;
    stream.respond(OK, { endStream: true });
  });
  return Object.assign(pod, { calls: () => calls });
}

it("calls of one connection go round over the pods exactly, by HTTP/2 as h2c:// says", async () => {
  using one = await countingPod();
  using two = await countingPod();
  using three = await countingPod();
  const pods = podsAt([one.port, two.port, three.port]);
  await using traefik = await startTestTraefik({ pods });
  using client = await connectClient(traefik.address);
  for (let i = 0; i < 30; i += 1) expect(await statusOf(client)).toBe(200);
  expect([one, two, three].map((pod) => pod.calls())).toEqual([10, 10, 10]);
});

it("without h2c:// no call reaches a pod: Traefik speaks HTTP/1.1 then", async () => {
  using pod = await countingPod();
  await using traefik = await startTestTraefik({ pods: podsAt([pod.port]).replaceAll("h2c://", "http://") });
  using client = await connectClient(traefik.address);
  expect(await statusOf(client)).toBe(500);
  expect(pod.calls()).toBe(0);
});

it("a pod that refuses connections costs its share of the calls, a POST too, unless Traefik is asked to retry", async () => {
  using pod = await countingPod();
  const ports = [pod.port, await freePort()];
  for (const [retries, failed] of [
    [0, 10],
    [1, 0],
  ] as const) {
    await using traefik = await startTestTraefik({ pods: podsAt(ports, retries) });
    using client = await connectClient(traefik.address);
    const statuses: number[] = [];
    for (let i = 0; i < 20; i += 1) statuses.push(await statusOf(client));
    expect(statuses.filter((status) => status === 502)).toHaveLength(failed);
  }
});

it("a call that was sent to a pod that ends is not repeated, though Traefik is asked to retry", async () => {
  const seen: ServerHttp2Stream[] = [];
  using dying = await startPod((stream) => {
    seen.push(stream);
    stream.session?.destroy();
  });
  await using traefik = await startTestTraefik({ pods: podsAt([dying.port, dying.port], 3) });
  using client = await connectClient(traefik.address);
  expect(await statusOf(client)).toBeGreaterThanOrEqual(500);
  expect(seen).toHaveLength(1);
});

it("asked to retry calls by their status, it keeps a call to itself until the client has sent all of it", async () => {
  const paths: (string | undefined)[] = [];
  using pod = await startPod((stream, headers) => {
    paths.push(headers[":path"]);
    stream.respond(OK);
    stream.pipe(stream);
  });
  const byStatus = podsAt([pod.port], 1).replace(
    "attempts: 2",
    "{attempts: 2, status: ['502'], retryNonIdempotentMethod: true}",
  );
  await using traefik = await startTestTraefik({ pods: byStatus });
  using client = await connectClient(traefik.address);
  const chat = client.request({ ...POST, ":path": "/chat" });
  chat.write("who is there?");
  const unary = client.request({ ...POST, ":path": "/unary" }, { endStream: true });
  await once(unary, "response");
  expect(paths).toEqual(["/unary"]);
  chat.end();
  await once(chat, "response");
  expect(paths).toEqual(["/unary", "/chat"]);
});

/** As many as 2,000 calls a second of a second each. */
const AT_ONCE = 2_000;

it("2,000 calls at once on one connection all reach a pod", async () => {
  const atPod: ServerHttp2Stream[] = [];
  const all = Promise.withResolvers<void>();
  using pod = await startPod((stream) => {
    if (atPod.push(stream) === AT_ONCE) all.resolve();
  });
  await using traefik = await startTestTraefik({ pods: podsAt([pod.port]) });
  using client = await connectClient(traefik.address);
  expect(client.remoteSettings.maxConcurrentStreams).toBeGreaterThanOrEqual(AT_ONCE);
  const answers = Array.from({ length: AT_ONCE }, () => statusOf(client));
  expect(await Promise.race([all.promise, ...answers])).toBeUndefined();
  for (const stream of atPod) stream.respond(OK, { endStream: true });
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
});

it("by default a client may have 250 calls at once", async () => {
  using pod = await countingPod();
  await using traefik = await startTestTraefik({ pods: podsAt([pod.port]), change: without("maxConcurrentStreams") });
  using client = await connectClient(traefik.address);
  expect(client.remoteSettings.maxConcurrentStreams).toBe(250);
});

it("a stream outlives a limit to reading that Traefik could have, which ends one that talks all the time", async () => {
  using pod = await startPod((stream) => {
    stream.respond(OK);
    stream.pipe(stream);
  });
  const pods = podsAt([pod.port]);
  await using lifted = await startTestTraefik({ pods });
  await using limited = await startTestTraefik({ pods, change: (args) => [...without("readTimeout")(args), LIMIT] });
  using client = await connectClient(lifted.address);
  using client2 = await connectClient(limited.address);
  const [silent, cut] = [client.request(POST), client2.request(POST)];
  cut.on("error", () => {}).resume();
  await Promise.all([once(silent, "response"), once(cut, "response")]);
  const talking = setInterval(() => cut.write("still there"), 50);
  await new Promise<void>((resolve) => cut.once("close", resolve));
  clearInterval(talking);
  silent.write("still there");
  expect(String((await once(silent, "data"))[0])).toBe("still there");
  silent.close();
});

const LIMIT = "--entryPoints.grpc.transport.respondingTimeouts.readTimeout=500ms";

function without(name: string) {
  return (args: readonly string[]) => {
    const left = args.filter((arg) => !arg.includes(name));
    expect(left).toHaveLength(args.length - 1);
    return left;
  };
}

it("takes the pods of a file that changes, and says which it knows", async () => {
  using one = await countingPod();
  using two = await countingPod();
  await using traefik = await startTestTraefik({ pods: podsAt([one.port]) });
  using client = await connectClient(traefik.address);
  expect(await statusOf(client)).toBe(200);
  await traefik.write(podsAt([two.port]));
  while (two.calls() === 0) await statusOf(client);
  expect(await traefik.ask("/api/http/services")).toContain(`h2c://${LOOPBACK}:${two.port}`);
});

it("told to end, it sends a GOAWAY, and lets calls under way end", async () => {
  using pod = await startPod((stream) => {
    stream.respond(OK);
    stream.pipe(stream);
  });
  await using traefik = await startTestTraefik({ pods: podsAt([pod.port]) });
  using client = await connectClient(traefik.address);
  const call = client.request(POST);
  await once(call, "response");
  const leaving = once(client, "goaway");
  const ended = traefik.terminate();
  await leaving;
  call.end("the last of it");
  expect(String((await once(call, "data"))[0])).toBe("the last of it");
  await ended;
});
