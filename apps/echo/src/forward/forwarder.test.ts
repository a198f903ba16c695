import { status } from "@grpc/grpc-js";
import { afterEach, expect, test, vi } from "vitest";
import { forward, PATIENT, startForward, valuesOf } from "../testing/echo-call.ts";
import { startHeldEcho } from "../testing/held-echo.ts";
import { startTestEcho } from "../testing/test-echo.ts";

const HOUR_MICROS = 3_600_000_000n;

afterEach(() => vi.unstubAllEnvs());

test("each request has an output of its own, in Istio's lines and in order", async () => {
  await using pod = await startTestEcho();
  const headers = [
    { key: "X-A", value: "b" },
    { key: "x-a", value: "c" },
    { key: "Host", value: "echo.example" },
  ];
  const url = `grpc://${pod.address}`;
  const { code, output } = await forward(pod.client, { url, count: 3, message: "hi", headers });
  expect([code, output.length]).toEqual([status.OK, 3]);
  expect(output[2]?.split("\n")).toEqual([
    expect.stringMatching(/^\[2\] Latency=[\d.]+(µs|ms|s)$/),
    expect.stringMatching(/^\[2\] ActiveRequests=\d+$/),
    "[2 body] Host=echo.example",
    "[2 body] RequestHeader=:authority:echo.example",
    "[2 body] RequestHeader=content-type:application/grpc",
    "[2 body] RequestHeader=x-a:b, c",
    expect.stringMatching(/^\[2 body\] RequestHeader=user-agent:grpc-node-js/),
    "[2 body] StatusCode=200",
    "[2 body] ServiceVersion=v1",
    `[2 body] ServicePort=${pod.ports.grpc}`,
    "[2 body] IP=127.0.0.1",
    "[2 body] Proto=GRPC",
    "[2 body] Echo=hi",
    "[2 body] Hostname=echo-a",
    "[2] ResponseHeader=content-type:application/grpc+proto",
    expect.stringMatching(/^\[2\] ResponseHeader=date:/),
    "",
  ]);
});

test("headers that gRPC sets itself are left out, binary ones are sent as such, wrong ones are refused", async () => {
  await using pod = await startTestEcho();
  const url = `grpc://${pod.address}`;
  const own = ["te", "Content-Type", ":path", "user-agent", "grpc-timeout", "x-bin"].map((key) => ({
    key,
    value: "1S",
  }));
  const { output } = await forward(pod.client, { url, headers: own });
  expect(valuesOf(output, "RequestHeader").map((header) => header.replace(/:[^:]*$/, ""))).toEqual([
    expect.stringContaining(":authority"),
    "content-type",
    "user-agent",
  ]);
  expect(await forward(pod.client, { url, headers: [{ key: "b d", value: "" }] })).toMatchObject({
    code: status.UNKNOWN,
    details: 'header "b d": Metadata key "b d" contains illegal characters',
  });
});

test("a wrong request ends UNKNOWN before anything is sent", async () => {
  await using pod = await startTestEcho();
  expect(await forward(pod.client, { url: "ftp://a" })).toEqual({
    code: status.UNKNOWN,
    details: "no protocol handler found for scheme ftp",
    output: [],
  });
});

test("when requests fail, the first error is told in grpc-go's words, and how many failed", async () => {
  await using pod = await startTestEcho();
  const { code, details } = await forward(pod.client, { url: "grpc://127.0.0.1:1", count: 3 });
  expect(code).toBe(status.UNKNOWN);
  expect(details).toMatch(
    /^3\/3 requests had errors; first error: rpc error: code = Unavailable desc = .*ECONNREFUSED/,
  );
});

test("what an answer lacks of the expected response is an error", async () => {
  await using pod = await startTestEcho();
  const url = `grpc://${pod.address}`;
  expect(await forward(pod.client, { url, expectedResponse: "Hostname=echo-a" })).toMatchObject({ code: status.OK });
  expect(await forward(pod.client, { url, count: 2, expectedResponse: "Hostname=echo-b" })).toMatchObject({
    code: status.UNKNOWN,
    details: expect.stringMatching(
      /^2\/2 requests had errors; first error: expect to recv message with Hostname=echo-b, got /,
    ),
  });
});

test("requests share one connection unless each is to have its own", async () => {
  await using pod = await startTestEcho();
  await using other = await startHeldEcho();
  other.release();
  const request = { url: `grpc://${other.address}`, count: 5 };
  expect(await forward(pod.client, request)).toMatchObject({ code: status.OK });
  expect(other.connections()).toBe(1);
  expect(await forward(pod.client, { ...request, newConnectionPerRequest: true })).toMatchObject({ code: status.OK });
  expect(other.connections()).toBe(6);
});

test("at most 20 requests are under way at a time", async () => {
  await using pod = await startTestEcho();
  await using other = await startHeldEcho();
  const { ended } = startForward(pod.client, { url: `grpc://${other.address}`, count: 50, timeoutMicros: HOUR_MICROS });
  await vi.waitFor(() => expect(other.waiting()).toBe(20), PATIENT);
  other.release();
  expect(await ended).toMatchObject({ code: status.OK });
  expect(other.mostWaiting()).toBe(20);
});

test("requests start at the pace that was asked for", async () => {
  await using pod = await startTestEcho();
  const beganMs = performance.now();
  const { output } = await forward(pod.client, { url: `grpc://${pod.address}`, count: 10, qps: 50 });
  expect(output).toHaveLength(10);
  // The tenth starts after ten intervals of 20 ms; a timer may be 1 ms early.
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(199);
});

test("when time is up, what is under way is cancelled and the answer says how far it came", async () => {
  await using pod = await startTestEcho();
  await using other = await startHeldEcho();
  const url = `grpc://${other.address}`;
  expect(await forward(pod.client, { url, count: 30, timeoutMicros: 50_000n })).toMatchObject({
    code: status.UNKNOWN,
    details: "request set timed out after 50ms and only 0/30 requests completed (0s avg)",
  });
  await vi.waitFor(() => expect(other.waiting()).toBe(0), PATIENT);
});

test("when the caller goes away, what is under way is cancelled and nothing more is sent", async () => {
  await using pod = await startTestEcho();
  await using other = await startHeldEcho();
  const request = { url: `grpc://${other.address}`, count: 100, timeoutMicros: HOUR_MICROS };
  const { call, ended } = startForward(pod.client, request);
  await vi.waitFor(() => expect(other.waiting()).toBe(20), PATIENT);
  call.cancel();
  expect(await ended).toMatchObject({ code: status.CANCELLED });
  await vi.waitFor(() => expect(other.waiting()).toBe(0), PATIENT);
  await vi.waitFor(async () => expect(await pod.activeCalls()).toBe(0), PATIENT);
  expect(other.arrived()).toBe(20);
});

test("dns:/// targets are called, kubernetes:/// and xds:/// ones go to their resolvers", async () => {
  vi.stubEnv("KUBERNETES_API_SERVER", "http://127.0.0.1:1");
  await using pod = await startTestEcho();
  const toDns = await forward(pod.client, { url: `dns:///localhost:${pod.ports.grpc}` });
  expect(valuesOf(toDns.output, "Hostname")).toEqual(["echo-a"]);
  const { details } = await forward(pod.client, { url: "kubernetes:///echo:grpc" });
  expect(details).toContain("cannot list EndpointSlices");
  expect((await forward(pod.client, { url: "xds:///echo:7070" })).details).toContain(
    "needs an xDS bootstrap: start this server with GRPC_XDS_BOOTSTRAP",
  );
});
