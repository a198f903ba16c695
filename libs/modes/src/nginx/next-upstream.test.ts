import { once } from "node:events";
import { constants } from "node:http2";
import { expect, it } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { freePort } from "../testing/free-port.ts";
import { startPod } from "../testing/start-pod.ts";
import { answerByAddress, call, fixedPods, POST, startTestNginx, UNAVAILABLE } from "./testing/test-nginx.ts";

it("a call that could not be sent goes to the next pod, and the one that refused is left out", async () => {
  using pod = await startPod(answerByAddress, "127.0.0.1");
  const upstream = fixedPods(pod.port, ["127.0.0.2", "127.0.0.1", "127.0.0.3"]);
  await using nginx = await startTestNginx({ upstream });
  using client = await connectClient(nginx.address);
  for (let made = 0; made < 12; made++) expect(await call(client)).toEqual({ status: 200, pod: "127.0.0.1" });
  // Each was tried once: fail_timeout is 10 s.
  const leftOut = () => nginx.log.filter((line) => line.includes("upstream server temporarily disabled"));
  await expect.poll(leftOut).toHaveLength(2);
});

it("without grpc_next_upstream it fails", async () => {
  using pod = await startPod(answerByAddress, "127.0.0.1");
  await using nginx = await startTestNginx({
    upstream: fixedPods(pod.port, ["127.0.0.2", "127.0.0.1"]),
    change: (conf) => conf.replace("grpc_pass", "grpc_next_upstream off; grpc_pass"),
  });
  using client = await connectClient(nginx.address);
  expect(await call(client)).toEqual(UNAVAILABLE);
});

it.each(["as every stage has it", "with non_idempotent, too"])(
  "a call that was sent fails when its connection ends, and is not sent again: %s",
  async (how) => {
    let reached = 0;
    using pod = await startPod((stream) => {
      reached++;
      stream.session?.destroy();
    });
    const told = (conf: string) =>
      conf.replace("grpc_pass", "grpc_next_upstream error timeout http_502 non_idempotent; grpc_pass");
    await using nginx = await startTestNginx({
      upstream: fixedPods(pod.port, ["127.0.0.1", "127.0.0.2"]),
      ...(how.startsWith("with") ? { change: told } : {}),
    });
    using client = await connectClient(nginx.address);
    expect(await call(client)).toEqual(UNAVAILABLE);
    expect(reached).toBe(1);
  },
);

it("once every pod has failed, all calls do, for as long as they are left out", async () => {
  let fails = true;
  using pod = await startPod((stream) => {
    if (fails) stream.session?.destroy();
    else answerByAddress(stream);
  });
  await using nginx = await startTestNginx({ upstream: fixedPods(pod.port, ["127.0.0.1", "127.0.0.2"]) });
  using client = await connectClient(nginx.address);
  expect([await call(client), await call(client)]).toEqual([UNAVAILABLE, UNAVAILABLE]);
  fails = false;
  expect(await call(client)).toEqual(UNAVAILABLE);
  await expect.poll(() => nginx.log.join("\n")).toContain("no live upstreams");
});

it.each([
  ["ends with its headers, so that clients may try the call again", undefined, true],
  ["has a page by itself, so that they may not", (conf: string) => conf.replace(/error_page .*;/, ""), false],
])("an error of nginx's own %s", async (_, change, endsAtOnce) => {
  await using nginx = await startTestNginx({ upstream: fixedPods(await freePort()), ...(change && { change }) });
  using client = await connectClient(nginx.address);
  const stream = client.request(POST).end();
  const [, flags] = await once(stream, "response");
  stream.resume();
  expect((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0).toBe(endsAtOnce);
});

it("calls go to pods by HTTP/2 alone: proxy_pass speaks another language", async () => {
  using pod = await startPod(answerByAddress);
  await using nginx = await startTestNginx({
    upstream: fixedPods(pod.port),
    change: (conf) => conf.replace("grpc_pass grpc://", "proxy_pass http://"),
  });
  using client = await connectClient(nginx.address);
  await expect(call(client)).rejects.toThrow();
});

it("clients reach it by HTTP/2 alone, for they have no other: without http2 they are refused", async () => {
  using pod = await startPod(answerByAddress);
  await using nginx = await startTestNginx({
    upstream: fixedPods(pod.port),
    change: (conf) => conf.replace("http2 on;", ""),
  });
  await expect(connectClient(nginx.address)).rejects.toThrow();
});

it("a reload tells clients to go, and lets their calls end", async () => {
  const { promise: reached, resolve } = Promise.withResolvers<Parameters<typeof answerByAddress>[0]>();
  using pod = await startPod(resolve);
  await using nginx = await startTestNginx({ upstream: fixedPods(pod.port) });
  using client = await connectClient(nginx.address);
  const answer = call(client);
  const stream = await reached;
  const told = once(client, "goaway");
  nginx.signal("SIGHUP");
  const [code] = await told;
  expect(code).toBe(0);
  answerByAddress(stream);
  expect(await answer).toMatchObject({ status: 200 });
});
