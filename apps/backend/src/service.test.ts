import { create } from "@bufbuild/protobuf";
import { Metadata, status } from "@grpc/grpc-js";
import { SayHelloStreamRequestSchema } from "@grpc-lb-lab/proto";
import type { CallContext } from "@grpc-lb-lab/rpc";
import { expect, test, vi } from "vitest";
import { loadConfig } from "./config.ts";
import { greeter } from "./service.ts";
import { PATIENT, readToEnd, sayHello, sayHelloToMany } from "./testing/calls.ts";
import { startTestBackend } from "./testing/test-backend.ts";

const IDENTITY = { POD_NAME: "pod-a", POD_IP: "10.0.0.7", NODE_NAME: "node-1", ZONE: "a", VERSION: "v2" };

test("every answer says who gave it", async () => {
  await using pod = await startTestBackend(IDENTITY);
  const servedBy = { pod: "pod-a", ip: "10.0.0.7", node: "node-1", zone: "a", version: "v2" };
  const { answer } = await sayHello(pod.greeter);
  expect(answer).toMatchObject({ message: "Hello from pod-a, Ada!", servedBy });
  const stream = pod.greeter.sayHelloStream({ name: "Ada", count: 1 }, new Metadata(), {});
  for await (const streamed of stream) expect(streamed).toMatchObject({ servedBy });
  const chat = pod.greeter.chat(new Metadata(), {});
  chat.write({ name: "Ada" });
  chat.end();
  for await (const chatted of chat) expect(chatted).toMatchObject({ servedBy });
});

test.each([
  [0, 1],
  [1, 1],
  [3, 3],
])("a stream of count %i has %i answers", async (count, answers) => {
  await using pod = await startTestBackend();
  const end = await readToEnd(pod.greeter.sayHelloStream({ name: "Ada", count, intervalMs: 1 }, new Metadata(), {}));
  expect(end).toEqual({ code: status.OK, details: "", messages: Array(answers).fill("Hello from pod-a, Ada!") });
});

test("a stream keeps its schedule: answers that were held up come without a pause", async () => {
  const work = { take: async () => {}, routes: [] };
  const call = { signal: new AbortController().signal } as CallContext;
  const request = create(SayHelloStreamRequestSchema, { name: "Ada", count: 3, intervalMs: 10 });
  const answers = greeter(loadConfig(IDENTITY).identity, work).sayHelloStream(request, call)[Symbol.asyncIterator]();
  await answers.next();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
  let turns = 0;
  setImmediate(() => {
    turns += 1;
  });
  await answers.next();
  await answers.next();
  expect(turns).toBe(0); // No timer was waited for.
});

test("many names are greeted in one answer", async () => {
  await using pod = await startTestBackend();
  const { call, ended } = sayHelloToMany(pod.greeter);
  for (const name of ["Ada", "Alan", "Grace"]) call.write({ name });
  call.end();
  expect((await ended).messages).toEqual(["Hello from pod-a, Ada, Alan, Grace!"]);
});

test("a chat answers each name as it comes", async () => {
  await using pod = await startTestBackend();
  const chat = pod.greeter.chat(new Metadata(), {});
  const answers = chat[Symbol.asyncIterator]();
  for (const name of ["Ada", "Alan"]) {
    chat.write({ name });
    expect((await answers.next()).value.message).toBe(`Hello from pod-a, ${name}!`);
  }
  chat.end();
  expect((await answers.next()).done).toBe(true);
});

test("a cancelled stream stops in its pause", async () => {
  await using pod = await startTestBackend();
  const stream = pod.greeter.sayHelloStream({ name: "Ada", count: 2, intervalMs: 3_600_000 }, new Metadata(), {});
  stream.once("data", () => stream.cancel());
  expect((await readToEnd(stream)).code).toBe(status.CANCELLED);
  await vi.waitFor(
    async () =>
      expect(await (await pod.admin("/metrics")).text()).toMatch(
        /SayHelloStream",rpc_response_status_code="CANCELLED"} 1/,
      ),
    PATIENT,
  );
  expect(await pod.backend.drain()).toBe("finished");
});

test("a pod that works on one call at once keeps calls of all kinds in one line, but not those that fail by a fault", async () => {
  await using pod = await startTestBackend({ WORK_MS: "3600000", WORK_AT_ONCE: "1", FAULTS: "on" });
  const calls = [
    pod.greeter.chat(new Metadata(), {}),
    pod.greeter.sayHelloStream({ name: "Ada", count: 1 }, new Metadata(), {}),
  ];
  const ended = calls.map(readToEnd);
  const underWay = (count: number) =>
    vi.waitFor(async () => {
      const { mostInFlight } = (await (await pod.admin("/received")).json()) as { mostInFlight: number };
      expect(mostInFlight).toBe(count);
    }, PATIENT);
  await underWay(2);
  const put = (fault: object) => pod.admin("/faults", { method: "PUT", body: JSON.stringify(fault) });
  await put({ errorCode: "RESOURCE_EXHAUSTED", errorShare: 1 });
  expect(await sayHello(pod.greeter)).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  for (const call of calls) call.cancel();
  for (const end of await Promise.all(ended)) expect(end).toMatchObject({ code: status.CANCELLED, messages: [] });
});
