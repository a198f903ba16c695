import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { GreeterService, SayHelloStreamRequestSchema, type ServiceClient } from "@grpc-lb-lab/proto";
import { expect, test, vi } from "vitest";
import { implement, type ServiceImplementation } from "./implement.ts";
import { createLogger } from "./logger.ts";
import { StatusError } from "./status-error.ts";
import { PATIENT, readAll, settled } from "./testing/call.ts";
import { openConnection, rawCall } from "./testing/raw-call.ts";
import { startTestServer, testGreeter } from "./testing/test-server.ts";

const nothing = new Metadata();
const PATH = "/greeter.v1.GreeterService/SayHelloStream";

test("all four kinds of call answer", async () => {
  await using pod = await startTestServer();
  const unary = settled<{ message: string }>();
  pod.greeter.sayHello({ name: "Ada" }, nothing, {}, unary.callback);
  expect(await unary.ended).toMatchObject({ message: "Hello from pod-a, Ada!" });

  const streamed = await readAll(pod.greeter.sayHelloStream({ name: "Ada", count: 3 }, nothing, {}));
  expect(streamed).toMatchObject({ code: status.OK, messages: Array(3).fill({ message: "Hello from pod-a, Ada!" }) });

  const many = settled<{ message: string }>();
  const names = pod.greeter.sayHelloToMany(nothing, {}, many.callback);
  for (const name of ["Ada", "Alan"]) names.write({ name });
  names.end();
  expect(await many.ended).toMatchObject({ message: "Hello from pod-a, Ada, Alan!" });

  const chat = pod.greeter.chat(nothing, {});
  for (const name of ["Ada", "Alan"]) chat.write({ name });
  chat.end();
  const answers = (await readAll(chat)).messages.map(({ message }) => message);
  expect(answers).toEqual(["Hello from pod-a, Ada!", "Hello from pod-a, Alan!"]);
});

test("a status error reaches the client as it is, from every kind of call", async () => {
  const refuse = () => {
    const metadata = new Metadata();
    metadata.set("reason", "full");
    throw new StatusError(status.RESOURCE_EXHAUSTED, "no room", metadata);
  };
  await using pod = await startTestServer(failing(refuse));
  for (const error of await callAll(pod.greeter)) {
    expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: "no room" });
    expect(error.metadata?.get("reason")).toEqual(["full"]);
  }
  expect(pod.log).toEqual([]);
});

test("any other error is logged whole and masked", async () => {
  await using pod = await startTestServer(
    failing(() => {
      throw new Error("secret");
    }),
  );
  const errors = await callAll(pod.greeter);
  expect(errors).toHaveLength(4);
  for (const error of errors) expect(error).toMatchObject({ code: status.INTERNAL, details: "internal error" });
  expect(pod.log).toHaveLength(4);
  for (const line of pod.log) {
    expect(JSON.parse(line)).toMatchObject({ level: "error", msg: "handler failed", err: { message: "secret" } });
  }
});

test("a cancelled call aborts its signal and ends its stream", async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const finished = vi.fn();
  await using pod = await startTestServer(
    testGreeter({
      async *sayHelloStream({ name }, call) {
        call.signal.addEventListener("abort", () => resolve());
        try {
          for (;;) yield { message: name };
        } finally {
          finished();
        }
      },
    }),
  );
  const stream = pod.greeter.sayHelloStream({ name: "Ada", count: 1 }, nothing, {});
  stream.once("data", () => stream.cancel());
  expect((await readAll(stream)).code).toBe(status.CANCELLED);
  await aborted;
  await vi.waitFor(() => expect(finished).toHaveBeenCalledOnce(), PATIENT);
  expect(pod.log).toEqual([]);
});

test("a deadline aborts the signal of a unary call too", async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  await using pod = await startTestServer(
    testGreeter({
      sayHello: (_request, call) => {
        const { promise, reject } = Promise.withResolvers<never>();
        call.signal.addEventListener("abort", () => {
          resolve();
          reject(new Error("too late"));
        });
        return promise;
      },
    }),
  );
  const call = settled();
  pod.greeter.sayHello({ name: "Ada" }, nothing, { deadline: Date.now() + 50 }, call.callback);
  expect(await call.ended).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  await aborted;
  expect(pod.log).toEqual([]);
});

test("a client that does not read holds the stream back", async () => {
  let yielded = 0;
  const message = "x".repeat(10_000);
  await using pod = await startTestServer(
    testGreeter({
      async *sayHelloStream({ count }) {
        for (; yielded < count; yielded++) yield { message };
      },
    }),
  );
  // A grpc-js client would take in what its reader does not want yet.
  using connection = openConnection(pod.address);
  const stream = rawCall(connection, PATH, SayHelloStreamRequestSchema, { count: 10_000 });
  await vi.waitFor(() => expect(yielded).toBeGreaterThan(0), PATIENT);
  for (let others = 0; others < 100; others++) await hello(pod.greeter);
  expect(yielded).toBeLessThan(100);
  for await (const _bytes of stream);
  expect(yielded).toBe(10_000);
});

test("a handler that answers before the requests end does not break the call", async () => {
  await using pod = await startTestServer(
    testGreeter({
      async sayHelloToMany(requests) {
        for await (const { name } of requests) return { message: name };
        return {};
      },
    }),
  );
  const call = settled();
  const names = pod.greeter.sayHelloToMany(nothing, {}, call.callback);
  names.write({ name: "Ada" });
  expect(await call.ended).toMatchObject({ message: "Ada" });
});

test("a missing method is refused when the service is made", () => {
  const { sayHello } = testGreeter();
  const incomplete = { sayHello } as ServiceImplementation<typeof GreeterService>;
  expect(() => implement(GreeterService, incomplete, createLogger("silent"))).toThrow(
    "/greeter.v1.GreeterService/SayHelloStream has no implementation",
  );
});

function failing(fail: () => never): ServiceImplementation<typeof GreeterService> {
  return {
    sayHello: fail,
    // biome-ignore lint/correctness/useYield: it fails before it could.
    async *sayHelloStream() {
      fail();
    },
    sayHelloToMany: async () => fail(),
    chat: fail,
  };
}

async function hello(greeter: ServiceClient<typeof GreeterService>): Promise<unknown> {
  const call = settled();
  greeter.sayHello({ name: "Ada" }, nothing, {}, call.callback);
  return await call.ended;
}

async function callAll(greeter: ServiceClient<typeof GreeterService>): Promise<Partial<ServiceError>[]> {
  const unary = settled();
  greeter.sayHello({ name: "Ada" }, nothing, {}, unary.callback);
  const many = settled();
  greeter.sayHelloToMany(nothing, {}, many.callback).end();
  const chat = greeter.chat(nothing, {});
  chat.end();
  const streamed = greeter.sayHelloStream({ name: "Ada", count: 1 }, nothing, {});
  const ends = await Promise.all([unary.ended, many.ended, readAll(chat), readAll(streamed)]);
  return ends as Partial<ServiceError>[];
}
