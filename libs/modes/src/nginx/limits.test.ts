import { once } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { expect, it } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { startPod } from "../testing/start-pod.ts";
import { answerByAddress, answerTo, call, fixedPods, POST, startTestNginx, UNAVAILABLE } from "./testing/test-nginx.ts";

/** More than nginx has by default, 128; fewer than connections may wait for a server of Node's, 511: beyond, each waits a second for another try. */
const AT_ONCE = 400;

it("400 calls at once on one connection all reach the pod, each on a connection of its own", async () => {
  const atPod: ServerHttp2Stream[] = [];
  const all = Promise.withResolvers<void>();
  using pod = await startPod((stream) => {
    if (atPod.push(stream) === AT_ONCE) all.resolve();
  });
  await using nginx = await startTestNginx({ upstream: fixedPods(pod.port) });
  using client = await connectClient(nginx.address);
  const answers = Array.from({ length: AT_ONCE }, () => call(client));
  // A call that a limit refuses is answered at once: nothing has been answered when all are at the pod.
  expect(await Promise.race([all.promise, ...answers])).toBeUndefined();
  expect(new Set(atPod.map(({ session }) => session)).size).toBe(AT_ONCE);
  for (const stream of atPod) stream.respond({ ":status": 200 }, { endStream: true });
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
});

it("with nginx's own limit of connections the calls beyond it fail", async () => {
  using pod = await startPod(() => {});
  const few = (conf: string) => conf.replace(/worker_connections \d+;/, "worker_connections 64;");
  await using nginx = await startTestNginx({ upstream: fixedPods(pod.port), change: few });
  using client = await connectClient(nginx.address);
  expect(await Promise.race(Array.from({ length: 100 }, () => call(client)))).toEqual(UNAVAILABLE);
  await expect.poll(() => nginx.log.join("\n")).toContain("64 worker_connections are not enough");
});

it("a client's connection is not ended for the number of its calls, as nginx does by default", async () => {
  using pod = await startPod(answerByAddress);
  await using lifted = await startTestNginx({ upstream: fixedPods(pod.port) });
  await using limited = await startTestNginx({
    upstream: fixedPods(pod.port),
    change: (conf) => conf.replace(/keepalive_requests \d+;\n/, "keepalive_requests 10;\n"),
  });
  using client = await connectClient(lifted.address);
  using client2 = await connectClient(limited.address);
  const ended = once(client2, "goaway");
  const count = async (one: typeof client) => {
    let answered = 0;
    for (; answered < 20 && !one.closed && !one.destroyed; answered++) await call(one);
    return answered;
  };
  expect([await count(client), await count(client2)]).toEqual([20, 10]);
  // No error, and the ID of the tenth stream: what the client sends from now on is not read.
  expect((await ended).slice(0, 2)).toEqual([0, 19]);
});

it("all messages of a client's stream together may be larger than 1 MB, nginx's own limit", async () => {
  using pod = await startPod((stream) => {
    stream.resume().once("end", () => answerByAddress(stream));
  });
  await using lifted = await startTestNginx({ upstream: fixedPods(pod.port) });
  await using limited = await startTestNginx({
    upstream: fixedPods(pod.port),
    change: (conf) => conf.replace(/client_max_body_size 0;/, ""),
  });
  const send = async (address: string) => {
    using client = await connectClient(address);
    const stream = client.request(POST).on("error", () => {});
    for (let sent = 0; sent < 20; sent++) stream.write(Buffer.alloc(100_000));
    stream.end();
    return (await answerTo(stream))[":status"];
  };
  expect([await send(lifted.address), await send(limited.address)]).toEqual([200, 413]);
});

it.each(["grpc_read_timeout", "client_body_timeout"])(
  "a stream that is silent for longer than %s could allow goes on",
  async (limit) => {
    using pod = await startPod((stream) => {
      stream.respond({ ":status": 200 });
      stream.pipe(stream);
    });
    await using lifted = await startTestNginx({ upstream: fixedPods(pod.port) });
    await using limited = await startTestNginx({
      upstream: fixedPods(pod.port),
      change: (conf) => conf.replace(`${limit} 365d`, `${limit} 200ms`),
    });
    using client = await connectClient(lifted.address);
    using client2 = await connectClient(limited.address);
    const open = async (one: typeof client) => {
      const stream = one.request(POST).on("error", () => {});
      await once(stream, "response");
      return stream;
    };
    const [silent, cut] = [await open(client), await open(client2)];
    await new Promise<void>((resolve) => cut.once("close", resolve));
    silent.write("still there");
    expect(String((await once(silent, "data"))[0])).toBe("still there");
    expect(silent.closed).toBe(false);
  },
);
