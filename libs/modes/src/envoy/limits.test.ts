import { once } from "node:events";
import type { ClientHttp2Session, ClientHttp2Stream, ServerHttp2Stream } from "node:http2";
import type { EnvoyBootstrap } from "@grpc-lb-lab/envoy";
import { expect, it } from "vitest";
import { connectClient } from "../testing/connect-client.ts";
import { freePort } from "../testing/free-port.ts";
import { startPod } from "../testing/start-pod.ts";
import { staticBootstrap } from "./static-bootstrap.ts";
import { startTestEnvoy } from "./testing/test-envoy.ts";

const LOOPBACK = "127.0.0.1";
const POST = { ":method": "POST", ":path": "/greeter.v1.GreeterService/Chat", "content-type": "application/grpc" };

/** Envoy as every stage configures it, on loopback, with one pod. */
async function configured(podPort: number) {
  const listener = { host: LOOPBACK, port: await freePort() };
  const config = staticBootstrap({
    listener,
    admin: { host: LOOPBACK, port: await freePort() },
    backend: { name: LOOPBACK, port: podPort },
    dnsRefreshMs: 1_000,
    proxyRetries: undefined,
  });
  return { config, address: `${LOOPBACK}:${listener.port}` };
}

/** 2,000 calls a second of a second each are so many at once. */
const AT_ONCE = 2_000;

it("2,000 calls at once on one connection all reach a pod that has just come", async () => {
  const atPod: ServerHttp2Stream[] = [];
  const all = Promise.withResolvers<void>();
  using pod = await startPod((stream) => {
    if (atPod.push(stream) === AT_ONCE) all.resolve();
  });
  const { config, address } = await configured(pod.port);
  await using envoy = await startTestEnvoy(config);
  using client = await connectClient(address);
  expect(client.remoteSettings.maxConcurrentStreams).toBeGreaterThanOrEqual(AT_ONCE);
  const answers = Array.from({ length: AT_ONCE }, () => answerTo(client));
  // A call that a limit refuses is answered at once: nothing has been answered when all are at the pod.
  expect(await Promise.race([all.promise, ...answers])).toBeUndefined();
  expect(atPod).toHaveLength(AT_ONCE);
  for (const stream of atPod) stream.respond({ ":status": 200 }, { endStream: true });
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  expect(await envoy.ask("/stats?filter=overflow|cx_total$&type=Counters")).toContain(
    "cluster.backend.upstream_cx_total: 1\n",
  );
});

/** The status of a call; Envoy's reason where Envoy itself answers. */
async function answerTo(client: ClientHttp2Session): Promise<unknown> {
  const stream = client.request(POST, { endStream: true });
  const [headers] = await once(stream, "response");
  stream.resume();
  return headers["grpc-message"] ?? headers[":status"];
}

it("the limits in force are those of the one list", async () => {
  using pod = await startPod(() => {});
  const { config } = await configured(pod.port);
  await using envoy = await startTestEnvoy(config);
  const parts = ["listeners", "clusters"].map((kind) => envoy.ask(`/config_dump?resource=static_${kind}`));
  const dump = (await Promise.all(parts)).join();
  expect(dump).toContain('"stream_idle_timeout": "0s"');
  expect(dump).toContain('"timeout": "0s"');
  expect(dump.match(/"max_(connections|pending_requests|requests|retries)": 4294967295/g)).toHaveLength(4);
  expect(dump.match(/"max_concurrent_streams": 2147483647/g)).toHaveLength(2);
  expect(dump).not.toMatch(/max_(connection|stream)_duration/);
});

it("a stream that is silent for longer than a limit that Envoy could have goes on", async () => {
  using pod = await startPod((stream) => {
    stream.respond({ ":status": 200 });
    stream.pipe(stream);
  });
  const [lifted, limited] = [await configured(pod.port), await configured(pod.port)];
  await using _lifted = await startTestEnvoy(lifted.config);
  await using _limited = await startTestEnvoy(withIdleTimeout(limited.config, "0.2s"));
  using client = await connectClient(lifted.address);
  using client2 = await connectClient(limited.address);
  const [silent, cut] = [await openStream(client), await openStream(client2)];
  await new Promise<void>((resolve) => cut.once("close", resolve));
  silent.write("still there");
  expect(String((await once(silent, "data"))[0])).toBe("still there");
  expect(silent.closed).toBe(false);
});

/** The same Envoy with a limit to the silence of streams: its own default is 5 min. */
function withIdleTimeout(config: EnvoyBootstrap, limit: string): EnvoyBootstrap {
  const text = JSON.stringify(config);
  expect(text).toContain('"streamIdleTimeout":"0s"');
  return JSON.parse(text.replace('"streamIdleTimeout":"0s"', `"streamIdleTimeout":"${limit}"`));
}

/** Opens a stream, and sees the pod answer. */
async function openStream(client: ClientHttp2Session): Promise<ClientHttp2Stream> {
  const stream = client.request(POST);
  stream.on("error", () => {}); // As Envoy ends it.
  await once(stream, "response");
  return stream;
}
