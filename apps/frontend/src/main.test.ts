import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { heldUntilCancelled } from "./testing/held.ts";
import { runFrontend } from "./testing/run-program.ts";
import { PATIENT } from "./testing/test-frontend.ts";
import { startTestPod } from "./testing/test-pod.ts";

test("says for each port that it listens, serves, and drains on SIGTERM", async () => {
  await using pod = await startTestPod("pod-a");
  await using frontend = await runFrontend({ BACKEND_TARGET: pod.address });
  const http = await frontend.portOf("http");
  const listening = frontend.lines.filter(({ msg }) => msg === "listening");
  expect(listening.map(({ protocol }) => protocol)).toEqual(["admin", "http", "grpc"]);
  expect((await fetch(`http://127.0.0.1:${http}/hello?name=Ada`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${await frontend.portOf("admin")}/readyz`)).status).toBe(200);
  frontend.kill("SIGTERM");
  expect(await frontend.exited).toEqual([0, null]);
  expect(frontend.lines).toContainEqual(expect.objectContaining({ msg: "drained", end: "finished" }));
  expect(frontend.stderr()).toBe("");
});

test("a call that fails through an HTTP proxy of the environment says so", async () => {
  const env = { grpc_proxy: "", https_proxy: "", http_proxy: "http://127.0.0.1:1", no_grpc_proxy: "", no_proxy: "" };
  await using frontend = await runFrontend({ BACKEND_TARGET: "backend:50051", ...env });
  const answer = await fetch(`http://127.0.0.1:${await frontend.portOf("http")}/hello?name=Ada`);
  expect([answer.status, await answer.json()]).toMatchObject([
    503,
    { code: "UNAVAILABLE", message: expect.stringMatching(/http_proxy=http:.* applies to .*set no_proxy=backend$/) },
  ]);
});

test("SIGTERM turns it unready first, lets a stream finish, and exits 0", async () => {
  const release = Promise.withResolvers<void>();
  await using pod = await startTestPod("pod-a", {
    async *sayHelloStream() {
      yield { message: "first" };
      await release.promise;
      yield { message: "last" };
    },
  });
  await using frontend = await runFrontend({ BACKEND_TARGET: pod.address, DRAIN_DELAY_MS: "300" });
  const url = `http://127.0.0.1:${await frontend.portOf("http")}`;
  const readyUrl = `http://127.0.0.1:${await frontend.portOf("admin")}/readyz`;
  const stream = await fetch(`${url}/v1/greetings:stream?name=Ada`);
  frontend.kill("SIGTERM");
  await vi.waitFor(async () => expect((await fetch(readyUrl)).status).toBe(503), PATIENT);
  await vi.waitFor(() => expect(fetch(`${url}/hello?name=Ada`)).rejects.toThrow(), PATIENT);
  release.resolve();
  const events = await stream.text();
  expect(events).toContain('"message":"last"');
  expect(events.endsWith("event: end\ndata: {}\n\n")).toBe(true);
  expect(await frontend.exited).toEqual([0, null]);
  expect(frontend.lines).toContainEqual(expect.objectContaining({ msg: "drained", end: "finished" }));
});

test("SIGTERM ends the page's live feed", async () => {
  await using pod = await startTestPod("pod-a");
  await using frontend = await runFrontend({ BACKEND_TARGET: pod.address });
  const url = `http://127.0.0.1:${await frontend.portOf("http")}`;
  const events = await fetch(`${url}/events`);
  const read = events.text();
  frontend.kill("SIGTERM");
  expect(await read).toContain("data: {");
  expect(await frontend.exited).toEqual([0, null]);
  expect(frontend.lines).toContainEqual(expect.objectContaining({ msg: "drained", end: "finished" }));
});

test("what outlives the grace is told UNAVAILABLE", async () => {
  const first = { message: "first" };
  await using pod = await startTestPod("pod-a", {
    sayHello: (_request, call) => heldUntilCancelled(call),
    async *sayHelloStream(_request, call) {
      yield first;
      await heldUntilCancelled(call);
    },
  });
  await using frontend = await runFrontend({ BACKEND_TARGET: pod.address, SHUTDOWN_GRACE_MS: "50" });
  const url = `http://127.0.0.1:${await frontend.portOf("http")}`;
  const hello = fetch(`${url}/hello?name=Ada`);
  const headers = { "content-type": "application/json" };
  const connect = fetch(`${url}/greeter.v1.GreeterService/SayHello`, { method: "POST", body: "{}", headers });
  const stream = await fetch(`${url}/v1/greetings:stream?name=Ada`);
  await vi.waitFor(() => expect(pod.seen).toHaveLength(3), PATIENT);
  frontend.kill("SIGTERM");
  expect([(await hello).status, await (await hello).json()]).toMatchObject([503, { code: "UNAVAILABLE" }]);
  expect([(await connect).status, await (await connect).json()]).toMatchObject([503, { code: "unavailable" }]);
  expect(await stream.text()).toContain('event: error\ndata: {"code":"UNAVAILABLE"');
  expect(await frontend.exited).toEqual([0, null]);
  expect(frontend.lines).toContainEqual(expect.objectContaining({ msg: "drained", end: "grace-over" }));
});

test("a wrong environment is told in one line, with all mistakes, and exits 2", async () => {
  await using frontend = await runFrontend({ HTTP_PORT: "http", MAX_CALLS: "0" });
  expect(await frontend.exited).toEqual([2, null]);
  expect(frontend.stderr()).toMatch(
    /^frontend: wrong environment: HTTP_PORT="http" must be [^\n]*; BACKEND_TARGET is required: [^\n]*; MAX_CALLS="0" must be [^\n]*\n$/,
  );
});

test.each(["HTTP_PORT", "GRPC_PORT", "ADMIN_PORT"])("a taken %s is told in one line and exits 2", async (variable) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  try {
    await using frontend = await runFrontend({ BACKEND_TARGET: "127.0.0.1:1", [variable]: String(address.port) });
    expect(await frontend.exited).toEqual([2, null]);
    expect(frontend.stderr()).toBe(
      `frontend: ${variable}: 127.0.0.1:${address.port} is taken by another program: stop it or choose another port\n`,
    );
  } finally {
    other.close();
  }
});
