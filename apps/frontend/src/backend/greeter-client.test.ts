import { Client, credentials, status } from "@grpc/grpc-js";
import { expect, test, vi } from "vitest";
import { heldUntilCancelled } from "../testing/held.ts";
import { PATIENT } from "../testing/test-frontend.ts";
import { startTestPod, type TestPodOptions } from "../testing/test-pod.ts";
import type { FinishedCall } from "./finished-call.ts";
import type { GreeterCallOptions } from "./greeter.ts";
import { GreeterClient } from "./greeter-client.ts";

async function startGreeter(overrides: TestPodOptions = {}, maxCalls = 10) {
  const pod = await startTestPod("pod-a", overrides);
  const client = new Client(pod.address, credentials.createInsecure());
  const finished: FinishedCall[] = [];
  const greeter = new GreeterClient({ client, maxCalls, onFinished: (call) => finished.push(call) });
  return {
    greeter,
    client,
    pod,
    finished,
    async [Symbol.asyncDispose]() {
      client.close();
      await pod[Symbol.asyncDispose]();
    },
  };
}

const options = (more: Partial<GreeterCallOptions> = {}): GreeterCallOptions => ({
  signal: new AbortController().signal,
  deadlineAtMs: Date.now() + 20_000,
  via: "traffic",
  ...more,
});

async function* names() {
  yield { name: "Ada" };
  yield { name: "Alan" };
}

test("each call is told of once it has ended: kind, way, code, who answered", async () => {
  await using backend = await startGreeter();
  const { greeter, finished } = backend;
  await greeter.sayHello({ name: "Ada" }, options({ via: "rest" }));
  for await (const _ of greeter.sayHelloStream({ name: "Ada", count: 2 }, options()));
  await greeter.sayHelloToMany(names(), options());
  for await (const _ of greeter.chat(names(), options()));
  const answered = { code: status.OK, pod: "pod-a", zone: "a", version: "v1" };
  expect(finished).toMatchObject([
    { kind: "unary", via: "rest", ...answered },
    { kind: "server-stream", via: "traffic", ...answered },
    { kind: "client-stream", via: "traffic", ...answered },
    { kind: "chat", via: "traffic", ...answered },
  ]);
  for (const { latencyMs } of finished) expect(latencyMs).toBeGreaterThan(0);
});

test("a failed call is told of by its code, and by nobody where nobody answered", async () => {
  await using backend = await startGreeter({ sayHello: (_request, call) => heldUntilCancelled(call) });
  const call = backend.greeter.sayHello({ name: "Ada" }, options({ deadlineAtMs: Date.now() + 100 }));
  await expect(call).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  expect(backend.finished).toMatchObject([{ code: status.DEADLINE_EXCEEDED, pod: undefined }]);
});

test("a call that is cancelled or too late already, or one too many, is never sent", async () => {
  await using backend = await startGreeter({ sayHello: (_request, call) => heldUntilCancelled(call) }, 1);
  const { greeter, pod, finished } = backend;
  const refused = (more: Partial<GreeterCallOptions>) => greeter.sayHello({ name: "Ada" }, options(more));
  await expect(refused({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: status.CANCELLED });
  await expect(refused({ deadlineAtMs: Date.now() })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  const gone = new AbortController();
  const first = expect(refused({ signal: gone.signal })).rejects.toMatchObject({ code: status.CANCELLED });
  await expect(refused({})).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  await vi.waitFor(() => expect(pod.seen).toHaveLength(1), PATIENT);
  gone.abort();
  await first;
  expect(pod.seen).toHaveLength(1);
  expect(finished).toMatchObject([{ code: status.CANCELLED }]);
});

test("leaving a stream early cancels it", async () => {
  await using backend = await startGreeter({
    async *sayHelloStream(_request, call) {
      yield { message: "first" };
      await heldUntilCancelled(call);
    },
  });
  for await (const _ of backend.greeter.sayHelloStream({ name: "Ada" }, options())) break;
  await vi.waitFor(() => expect(backend.pod.seen[0]?.signal.aborted).toBe(true), PATIENT);
  expect(backend.finished).toMatchObject([{ code: status.CANCELLED }]);
});

test("where the requests fail the call is cancelled, and fails for the same reason", async () => {
  await using backend = await startGreeter();
  const failing = async function* () {
    yield { name: "Ada" };
    throw new Error("on purpose");
  };
  await expect(backend.greeter.sayHelloToMany(failing(), options())).rejects.toThrow("on purpose");
  const chat = backend.greeter.chat(failing(), options());
  await expect(
    (async () => {
      for await (const _ of chat);
    })(),
  ).rejects.toThrow("on purpose");
  expect(backend.finished).toMatchObject([{ code: status.CANCELLED }, { code: status.CANCELLED }]);
});

test("calls that cannot be started keep no place", async () => {
  await using backend = await startGreeter({}, 1);
  const { greeter, client, finished } = backend;
  client.close();
  await expect(greeter.sayHello({ name: "Ada" }, options())).rejects.toThrow("Channel has been shut down");
  await expect(greeter.chat(names(), options()).next()).rejects.toThrow("Channel has been shut down");
  expect(finished).toMatchObject([{ code: status.UNKNOWN }, { code: status.UNKNOWN }]);
});
