import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { everyAddress, hostAndPort } from "@grpc-lb-lab/rpc";
import { expect, test, vi } from "vitest";
import { openSocket } from "./testing/raw-exchange.ts";
import { PATIENT, startTestFrontend } from "./testing/test-frontend.ts";

const HOUR_MS = "3600000";
/** Where this machine is reached; of IPv6 only where it has that. */
const LOOPBACKS = ["127.0.0.1", ...(everyAddress() === "::" ? ["::1"] : [])];

test.each(LOOPBACKS)("without HOST a frontend answers on all of its ports at %s", async (loopback) => {
  await using edge = await startTestFrontend({ HOST: "" });
  const at = (port: number) => hostAndPort(loopback, port);
  expect((await fetch(`http://${at(edge.ports.http)}/hello?name=Ada`)).status).toBe(200);
  expect((await fetch(`http://${at(edge.ports.admin)}/readyz`)).status).toBe(200);
  const client = new Client(at(edge.ports.grpc), credentials.createInsecure());
  const { promise, resolve } = Promise.withResolvers<unknown>();
  serviceClient(GreeterService, client).sayHello({ name: "Ada" }, new Metadata(), {}, (error) => resolve(error));
  expect(await promise).toBeNull();
  client.close();
});

test("a draining frontend says so first, and goes on serving for the delay", async () => {
  await using edge = await startTestFrontend({ DRAIN_DELAY_MS: HOUR_MS });
  expect((await edge.admin("/readyz")).status).toBe(200);
  const hurry = new AbortController();
  const drained = edge.frontend.drain(hurry.signal);
  expect((await edge.admin("/readyz")).status).toBe(503);
  expect((await fetch(`${edge.url}/hello?name=Ada`)).status).toBe(200);
  hurry.abort();
  expect(await drained).toBe("hurried");
});

test("calls in flight finish by every way, and connections end with their answers", async () => {
  const release = Promise.withResolvers<void>();
  await using edge = await startTestFrontend(
    { SHUTDOWN_GRACE_MS: HOUR_MS },
    {
      async sayHello({ name }) {
        await release.promise;
        return { message: `Hello, ${name}!` };
      },
    },
  );
  using rest = await openSocket(edge.ports.http);
  rest.socket.write("GET /hello?name=REST HTTP/1.1\r\nhost: x\r\n\r\n");
  const headers = { "content-type": "application/json" };
  const connect = fetch(`${edge.url}/greeter.v1.GreeterService/SayHello`, {
    method: "POST",
    body: '{"name":"Connect"}',
    headers,
  });
  const grpc = Promise.withResolvers<unknown>();
  edge.greeter.sayHello({ name: "gRPC" }, new Metadata(), {}, (error, answer) => grpc.resolve(error ?? answer));
  await vi.waitFor(() => expect(edge.pod.seen).toHaveLength(3), PATIENT);
  const drained = edge.frontend.drain();
  await vi.waitFor(() => expect(fetch(`${edge.url}/hello?name=late`)).rejects.toThrow(), PATIENT);
  release.resolve();
  const answer = await rest.answer();
  expect(answer).toMatch(/^connection: close\r$/im);
  expect(answer).toContain("Hello, REST!");
  expect(await (await connect).json()).toEqual({ message: "Hello, Connect!" });
  expect(await grpc.promise).toMatchObject({ message: "Hello, gRPC!" });
  expect(await drained).toBe("finished");
});

test("MAX_CALLS holds for native gRPC as well", async () => {
  await using edge = await startTestFrontend({ MAX_CALLS: "1" });
  const held = edge.greeter.chat(new Metadata(), {});
  held.on("error", () => {});
  held.write({ name: "Ada" });
  await vi.waitFor(() => expect(edge.pod.seen).toHaveLength(1), PATIENT);
  const second = Promise.withResolvers<unknown>();
  edge.greeter.sayHello({ name: "Ada" }, new Metadata(), {}, (error) => second.resolve(error));
  expect(await second.promise).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(edge.pod.seen).toHaveLength(1);
  held.cancel();
});

test("bytes that are no HTTP/2, and metadata without measure, do not reach the backend by the gRPC port", async () => {
  await using edge = await startTestFrontend();
  using client = await openSocket(edge.ports.grpc);
  client.socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await client.answer();
  const metadata = new Metadata();
  for (let index = 0; index < 100; index++) metadata.set(`x-${index}`, "x".repeat(2_000));
  const ended = Promise.withResolvers<unknown>();
  edge.greeter.sayHello({ name: "Ada" }, metadata, { deadline: Date.now() + 10_000 }, (error) => ended.resolve(error));
  expect(await ended.promise).toMatchObject({ code: expect.any(Number) });
  expect(edge.pod.seen).toEqual([]);
});
