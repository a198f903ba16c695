import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { everyAddress, hostAndPort } from "@grpc-lb-lab/rpc";
import { service as healthDefinition } from "grpc-health-check";
import { expect, test, vi } from "vitest";
import { PATIENT, readToEnd, sayHello, sayHelloToMany } from "./testing/calls.ts";
import { startTestBackend, type TestBackend } from "./testing/test-backend.ts";

const HOUR_MS = "3600000";
/** Where this machine is reached; of IPv6 only where it has that. */
const LOOPBACKS = ["127.0.0.1", ...(everyAddress() === "::" ? ["::1"] : [])];

test.each(LOOPBACKS)("without HOST a pod answers calls and probes at %s", async (loopback) => {
  await using pod = await startTestBackend({ HOST: "" });
  const client = new Client(hostAndPort(loopback, pod.grpcPort), credentials.createInsecure());
  expect(await sayHello(serviceClient(GreeterService, client))).toMatchObject({ code: status.OK });
  client.close();
  expect((await fetch(`http://${hostAndPort(loopback, pod.adminPort)}/readyz`)).status).toBe(200);
});

test("a draining pod says so first, and goes on serving for the delay", async () => {
  await using pod = await startTestBackend({ DRAIN_DELAY_MS: HOUR_MS });
  expect([await readiness(pod), await health(pod)]).toEqual([200, "SERVING"]);
  const hurry = new AbortController();
  const drained = pod.backend.drain(hurry.signal);
  expect([await readiness(pod), await health(pod)]).toEqual([503, "NOT_SERVING"]);
  expect(await sayHello(pod.greeter)).toMatchObject({ code: status.OK });
  hurry.abort();
  expect(await drained).toBe("hurried");
});

test("calls in flight of all four kinds finish inside the grace, new ones are refused", async () => {
  await using pod = await startTestBackend({ WORK_MS: "300" });
  const stream = readToEnd(pod.greeter.sayHelloStream({ name: "Ada", count: 3, intervalMs: 100 }, new Metadata(), {}));
  const unary = sayHello(pod.greeter);
  const many = sayHelloToMany(pod.greeter);
  many.call.write({ name: "Ada" });
  const chat = pod.greeter.chat(new Metadata(), {});
  const chatted = readToEnd(chat);
  chat.write({ name: "Ada" });
  await inFlight(pod, 4);

  const drained = pod.backend.drain();
  await refused(pod.grpcPort);
  expect(await health(pod).catch((error) => error.code)).toBe(status.UNAVAILABLE);
  chat.write({ name: "Alan" });
  chat.end();
  many.call.end();

  const ok = { code: status.OK, details: "" };
  expect(await Promise.all([unary, stream, many.ended, chatted])).toMatchObject([
    { ...ok, messages: ["Hello from pod-a, Ada!"] },
    { ...ok, messages: Array(3).fill("Hello from pod-a, Ada!") },
    { ...ok, messages: ["Hello from pod-a, Ada!"] },
    { ...ok, messages: ["Hello from pod-a, Ada!", "Hello from pod-a, Alan!"] },
  ]);
  expect(await drained).toBe("finished");
});

test("calls that outlive the grace end UNAVAILABLE", async () => {
  await using pod = await startTestBackend({ SHUTDOWN_GRACE_MS: "50", WORK_MS: HOUR_MS });
  const call = sayHello(pod.greeter, "Ada", 60_000);
  const chat = readToEnd(pod.greeter.chat(new Metadata(), {}));
  await inFlight(pod, 2);
  expect(await pod.backend.drain()).toBe("grace-over");
  for (const end of await Promise.all([call, chat]))
    expect(end).toMatchObject({ code: status.UNAVAILABLE, details: "the server is shutting down" });
});

test("an idle client does not hold up the end", async () => {
  await using pod = await startTestBackend({ SHUTDOWN_GRACE_MS: HOUR_MS });
  await sayHello(pod.greeter);
  expect(await pod.backend.drain()).toBe("finished");
});

async function readiness(pod: TestBackend): Promise<number> {
  return (await pod.admin("/readyz")).status;
}

async function health(pod: TestBackend): Promise<string> {
  const check = Object.values(healthDefinition).find(({ path }) => path === "/grpc.health.v1.Health/Check");
  if (check === undefined) throw new Error("grpc-health-check has no Check");
  const { path, requestSerialize, responseDeserialize } = check;
  const { promise, resolve, reject } = Promise.withResolvers<{ status: string }>();
  pod.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, (error, answer) =>
    error === null && answer !== undefined ? resolve(answer as { status: string }) : reject(error),
  );
  return (await promise).status;
}

/** Waits until so many calls have reached the server. */
async function inFlight(pod: TestBackend, calls: number): Promise<void> {
  await vi.waitFor(async () => {
    expect(await (await pod.admin("/metrics")).text()).toContain(`\nrpc_server_active_calls ${calls}\n`);
  }, PATIENT);
}

/** Waits until a new connection gets no answer. */
async function refused(port: number): Promise<void> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const end = await sayHello(serviceClient(GreeterService, client));
  client.close();
  expect(end.code).toBe(status.UNAVAILABLE);
}
