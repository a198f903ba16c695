import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { SayHelloResponse } from "@grpc-lb-lab/proto";
import { StatusError } from "@grpc-lb-lab/rpc";
import { expect, test, vi } from "vitest";
import { heldUntilCancelled } from "../testing/held.ts";
import { PATIENT, startTestFrontend } from "../testing/test-frontend.ts";

type Edge = Awaited<ReturnType<typeof startTestFrontend>>;

const servedBy = { pod: "pod-a", zone: "a", version: "v1" };

test("all four kinds are carried on", async () => {
  await using edge = await startTestFrontend();
  expect(await sayHello(edge)).toMatchObject({ message: "Hello from pod-a, Ada!", servedBy });
  const stream = edge.greeter.sayHelloStream({ name: "Ada", count: 3 }, new Metadata(), {});
  expect(await stream.toArray()).toMatchObject(Array(3).fill({ servedBy }));
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const many = edge.greeter.sayHelloToMany(new Metadata(), {}, (error, answer) => resolve(error ?? answer));
  for (const name of ["Ada", "Alan"]) many.write({ name });
  many.end();
  expect(await promise).toMatchObject({ message: "Hello from pod-a, Ada, Alan!" });
  const chat = edge.greeter.chat(new Metadata(), {});
  const answers = chat[Symbol.asyncIterator]();
  for (const name of ["Ada", "Alan"]) {
    chat.write({ name });
    expect((await answers.next()).value).toMatchObject({ message: `Hello from pod-a, ${name}!` });
  }
  chat.end();
  expect((await answers.next()).done).toBe(true);
});

test("a deadline is passed on smaller, and capped", async () => {
  await using edge = await startTestFrontend({ MAX_DEADLINE_MS: "15000" });
  for (const [timeoutMs, limit] of [
    [10_000, 10_000],
    [60_000, 15_000],
  ] as const) {
    await sayHello(edge, new Metadata(), Date.now() + timeoutMs);
    expect(edge.pod.seen.at(-1)?.remainingMs).toBeLessThan(limit);
    expect(edge.pod.seen.at(-1)?.remainingMs).toBeGreaterThan(limit - 5_000);
  }
});

test("custom metadata is carried on, what describes a hop is not", async () => {
  await using edge = await startTestFrontend();
  const metadata = new Metadata();
  const sent = { traceparent: "00-1-2-01", "x-tenant": "t", "x-forwarded-for": "1.2.3.4", authorization: "secret" };
  for (const [key, value] of Object.entries(sent)) metadata.set(key, value);
  metadata.set("x-bytes-bin", Buffer.from([0, 255]));
  await sayHello(edge, metadata);
  const received = edge.pod.seen[0]?.metadata.getMap() ?? {};
  expect(received).toMatchObject({ traceparent: "00-1-2-01", "x-tenant": "t", "x-bytes-bin": Buffer.from([0, 255]) });
  expect(Object.keys(received)).not.toContain("x-forwarded-for");
  expect(Object.keys(received)).not.toContain("authorization");
});

test("a failure comes back with its details and trailers", async () => {
  const trailers = new Metadata();
  trailers.set("x-reason", "tired");
  trailers.set("grpc-status-details-bin", Buffer.from("details"));
  await using edge = await startTestFrontend(
    {},
    {
      sayHello: () => {
        throw new StatusError(status.FAILED_PRECONDITION, "on purpose", trailers);
      },
    },
  );
  const error = await sayHello(edge).catch((failed: ServiceError) => failed);
  if (!(error instanceof Error)) throw new Error("no failure");
  expect([error.code, error.details]).toEqual([status.FAILED_PRECONDITION, "on purpose"]);
  expect(error.metadata.get("x-reason")).toEqual(["tired"]);
  expect(error.metadata.get("grpc-status-details-bin").map(String)).toEqual(["details"]);
});

test.each(["sayHelloStream", "chat"] as const)("cancelling %s cancels it at the backend", async (kind) => {
  await using edge = await startTestFrontend(
    {},
    {
      async *sayHelloStream(_request, call) {
        yield { message: "first" };
        await heldUntilCancelled(call);
      },
      async *chat(_requests, call) {
        yield { message: "first" };
        await heldUntilCancelled(call);
      },
    },
  );
  const call =
    kind === "chat"
      ? edge.greeter.chat(new Metadata(), {})
      : edge.greeter.sayHelloStream({ name: "Ada" }, new Metadata(), {});
  call.on("error", () => {});
  call.once("data", () => call.cancel());
  await vi.waitFor(() => expect(edge.pod.seen[0]?.signal.aborted).toBe(true), PATIENT);
});

test("a chat that the backend ends with an error ends for a client that says nothing", async () => {
  await using edge = await startTestFrontend(
    {},
    {
      async *chat() {
        yield { message: "first" };
        throw new StatusError(status.ABORTED, "on purpose");
      },
    },
  );
  const chat = edge.greeter.chat(new Metadata(), {});
  const failed = (await chat.toArray().catch((error) => error)) as ServiceError;
  expect([failed.code, failed.details]).toEqual([status.ABORTED, "on purpose"]);
});

test("a client that does not read holds the backend back", async () => {
  let sent = 0;
  await using edge = await startTestFrontend(
    {},
    {
      async *sayHelloStream() {
        for (;;) {
          sent++;
          yield { message: "x".repeat(16_384) };
        }
      },
    },
  );
  const stream = edge.greeter.sayHelloStream({ name: "Ada" }, new Metadata(), { deadline: Date.now() + 20_000 });
  stream.on("error", () => {});
  // grpc-js takes all that comes until the first one is read.
  await stream[Symbol.asyncIterator]().next();
  await settled(() => sent);
  // Windows of 64 KiB and buffers of 16 messages on each of two hops; unheld it would be many thousands.
  expect(sent).toBeLessThan(500);
  stream.cancel();
});

test("a client that sends faster than the backend reads is held back", async () => {
  await using edge = await startTestFrontend({}, { sayHelloToMany: (_requests, call) => heldUntilCancelled(call) });
  const call = edge.greeter.sayHelloToMany(new Metadata(), {}, () => {});
  call.on("error", () => {});
  let written = 0;
  const write = () => {
    while (written < 20_000 && call.write({ name: "x".repeat(16_384) })) written++;
    if (written < 20_000) call.once("drain", write);
  };
  write();
  await settled(() => written);
  expect(written).toBeLessThan(500);
  call.cancel();
});

test("a message longer than gRPC's 4 MiB is refused, and costs the backend nothing", async () => {
  await using edge = await startTestFrontend();
  const error = await sayHello(edge, new Metadata(), undefined, "x".repeat(5 * 2 ** 20)).catch((failed) => failed);
  expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(edge.pod.seen).toEqual([]);
});

/** Waits until a number that grows has stayed what it is for 300 ms. */
async function settled(read: () => number): Promise<void> {
  let last = -1;
  await vi.waitFor(
    () => {
      const now = read();
      const same = now === last && now > 0;
      last = now;
      if (!same) throw new Error(`still growing: ${now}`);
    },
    { timeout: 60_000, interval: 300 },
  );
}

async function sayHello(
  edge: Edge,
  metadata = new Metadata(),
  deadline?: number,
  name = "Ada",
): Promise<SayHelloResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<SayHelloResponse>();
  edge.greeter.sayHello({ name }, metadata, deadline === undefined ? {} : { deadline }, (error, answer) =>
    error === null && answer !== undefined ? resolve(answer) : reject(error),
  );
  return await promise;
}
