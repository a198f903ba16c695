import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  type Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import type { GreeterService, ServiceClient } from "@grpc-lb-lab/proto";
import { captureServices } from "@grpc-lb-lab/workarounds/capture-services";
import { service as healthDefinition } from "grpc-health-check";
import { expect, test } from "vitest";
import { readAttempts } from "./attempts.ts";
import { loadChannelz } from "./channelz.ts";
import { loadClientConfig } from "./client-config.ts";
import { createClient } from "./create-client.ts";
import { StatusError } from "./status-error.ts";
import { PATIENT, readAll, settled } from "./testing/call.ts";
import { startTestServer, type TestServer, testGreeter } from "./testing/test-server.ts";

const nothing = new Metadata();

interface Described {
  readonly fileDescriptorResponse: { readonly fileDescriptorProto: readonly (readonly number[])[] };
}

test("health tells of the server and of each service, and of no other", async () => {
  await using pod = await startTestServer();
  using health = clientOf(healthDefinition, pod);
  const check = (service: string) =>
    unary(health.client, "/grpc.health.v1.Health/Check", healthDefinition, { service });
  expect(await check("")).toEqual({ status: "SERVING" });
  expect(await check("greeter.v1.GreeterService")).toEqual({ status: "SERVING" });
  expect(await check("no.such.Service")).toMatchObject({ code: status.NOT_FOUND });
  pod.server.health.set(false);
  expect(await check("")).toEqual({ status: "NOT_SERVING" });
  expect(await check("greeter.v1.GreeterService")).toEqual({ status: "NOT_SERVING" });
});

test("whoever watches health hears of the drain, and does not hold it up", async () => {
  await using pod = await startTestServer();
  using health = clientOf(healthDefinition, pod);
  const method = methodAt("/grpc.health.v1.Health/Watch", healthDefinition);
  const watch = health.client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    {
      service: "",
    },
  );
  const updates = watch[Symbol.asyncIterator]();
  expect((await updates.next()).value).toEqual({ status: "SERVING" });
  pod.server.health.set(false);
  expect((await updates.next()).value).toEqual({ status: "NOT_SERVING" });
  const [, last] = await Promise.all([pod.server.finish(), updates.next()]);
  expect(last.done).toBe(true);
});

test.each(["v1", "v1alpha"] as const)("reflection %s describes every service", async (version) => {
  await using pod = await startTestServer();
  const definition = reflectionDefinition(version);
  using reflection = clientOf(definition, pod);
  const ask = (request: object) =>
    exchange(
      reflection.client,
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      definition,
      request,
    );
  const listed = await ask({ listServices: "*" });
  expect(listed).toMatchObject({
    listServicesResponse: {
      service: expect.arrayContaining([{ name: "greeter.v1.GreeterService" }, { name: "grpc.health.v1.Health" }]),
    },
  });
  const filesOf = async (fileContainingSymbol: string) =>
    ((await ask({ fileContainingSymbol })) as Described).fileDescriptorResponse.fileDescriptorProto.map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, Uint8Array.from(bytes)),
    );
  const greeter = create(FileDescriptorSetSchema, { file: await filesOf("greeter.v1.GreeterService") });
  expect(createFileRegistry(greeter).getService("greeter.v1.GreeterService")?.methods).toHaveLength(4);
  const [health] = await filesOf("grpc.health.v1.Health");
  const list = health?.messageType.find(({ name }) => name === "HealthListResponse");
  // The names that protoc gives, without which grpcurl refuses the file.
  expect([list?.field[0]?.typeName, list?.nestedType[0]?.name]).toEqual(["StatusesEntry", "StatusesEntry"]);
});

test("channelz tells of the server and its calls", async () => {
  await using pod = await startTestServer();
  await hello(pod.greeter);
  const { definition } = loadChannelz();
  using channelz = clientOf(definition, pod);
  const answer = await unary(channelz.client, "/grpc.channelz.v1.Channelz/GetServers", definition, {
    start_server_id: 0,
  });
  const servers = (answer as { server: { listen_socket: { name: string }[]; data: { calls_succeeded: string } }[] })
    .server;
  const own = servers.find(({ listen_socket }) => listen_socket.some(({ name }) => name === pod.address));
  expect(own?.data.calls_succeeded).toBe("1");
});

test("with csds a plain server also tells of the process's xDS client, beside a client that came first", async () => {
  (await createClient(loadClientConfig({ BACKEND_TARGET: "xds:///backend:50051" }))).close();
  await using pod = await startTestServer(testGreeter(), {}, true);
  const path = "/envoy.service.status.v3.ClientStatusDiscoveryService/FetchClientStatus";
  const call = settled<Buffer>();
  const bytes = (message: Buffer) => message;
  pod.client.makeUnaryRequest(path, bytes, bytes, Buffer.alloc(0), call.callback);
  expect(await call.ended).toBeInstanceOf(Buffer);
});

test("the attempts of a call are told to the client", async () => {
  await using pod = await startTestServer();
  const headers = new Metadata();
  headers.set("grpc-previous-rpc-attempts", "2");
  headers.set("x-envoy-attempt-count", "4");
  const { metadata } = await hello(pod.greeter, headers);
  expect(metadata.get("grpc-previous-rpc-attempts")).toEqual(["2"]);
  expect(metadata.get("x-envoy-attempt-count")).toEqual(["4"]);
  expect(readAttempts(metadata)).toBe(4);
  expect(readAttempts((await hello(pod.greeter)).metadata)).toBe(1);
});

test("the attempts of a call that fails at once are told in its trailers", async () => {
  await using pod = await startTestServer(
    testGreeter({
      sayHello: () => {
        throw new StatusError(status.ABORTED, "no");
      },
    }),
  );
  const headers = new Metadata();
  headers.set("grpc-previous-rpc-attempts", "2");
  const call = settled();
  pod.greeter.sayHello({ name: "Ada" }, headers, {}, call.callback);
  const error = (await call.ended) as { metadata: Metadata };
  expect(error).toMatchObject({ code: status.ABORTED });
  expect(readAttempts(error.metadata)).toBe(3);
});

test("attempt counts that are no counts mean nothing", () => {
  const metadata = new Metadata();
  metadata.set("grpc-previous-rpc-attempts", "many");
  metadata.set("x-envoy-attempt-count", "-3");
  expect(readAttempts(metadata)).toBe(1);
});

test("calls are counted and timed by method and status, cancelled ones once", async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  await using pod = await startTestServer(
    testGreeter({
      async *sayHelloStream(_request, call) {
        resolve();
        await new Promise((_, reject) => call.signal.addEventListener("abort", reject));
        yield {};
      },
    }),
  );
  await hello(pod.greeter);
  await hello(pod.greeter);
  const stream = pod.greeter.sayHelloStream({ name: "Ada" }, nothing, {});
  const ended = new Promise((done) => stream.once("error", done));
  await arrived;
  stream.cancel();
  await ended;
  await expect
    .poll(() => counts(pod), PATIENT)
    .toEqual([
      { method: "greeter.v1.GreeterService/SayHello", code: "OK", calls: 2 },
      { method: "greeter.v1.GreeterService/SayHelloStream", code: "CANCELLED", calls: 1 },
    ]);
  const text = await pod.metrics.registry.metrics();
  expect(text).toMatch(
    /rpc_server_call_duration_seconds_count\{rpc_method="greeter.v1.GreeterService\/SayHello",.*"OK"\} 2/,
  );
  expect(text).toContain("process_resident_memory_bytes");
});

async function counts({ metrics }: TestServer) {
  const counter = await metrics.registry.getSingleMetric("rpc_server_calls_total")?.get();
  return counter?.values.map(({ labels, value }) => ({
    method: labels.rpc_method,
    code: labels.rpc_response_status_code,
    calls: value,
  }));
}

async function hello(
  greeter: ServiceClient<typeof GreeterService>,
  headers = nothing,
): Promise<{ metadata: Metadata }> {
  const call = settled();
  const started = greeter.sayHello({ name: "Ada" }, headers, {}, call.callback);
  const metadata = await new Promise<Metadata>((resolve) => started.once("metadata", resolve));
  expect(await call.ended).toMatchObject({ message: "Hello from pod-a, Ada!" });
  return { metadata };
}

function clientOf(definition: ServiceDefinition, pod: TestServer): Disposable & { readonly client: Client } {
  const client = new (makeGenericClientConstructor(definition, ""))(pod.address, credentials.createInsecure());
  return { client, [Symbol.dispose]: () => client.close() };
}

function methodAt(path: string, definition: ServiceDefinition) {
  const method = Object.values(definition).find((candidate) => candidate.path === path);
  if (method === undefined) throw new Error(`no ${path}`);
  return method;
}

async function unary(client: Client, path: string, definition: ServiceDefinition, request: object): Promise<unknown> {
  const { requestSerialize, responseDeserialize } = methodAt(path, definition);
  const call = settled<object>();
  client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, call.callback);
  return await call.ended;
}

async function exchange(
  client: Client,
  path: string,
  definition: ServiceDefinition,
  request: object,
): Promise<unknown> {
  const { requestSerialize, responseDeserialize } = methodAt(path, definition);
  const stream: ClientDuplexStream<object, object> = client.makeBidiStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
  );
  stream.write(request);
  stream.end();
  return (await readAll(stream)).messages[0];
}

function reflectionDefinition(version: "v1" | "v1alpha"): ServiceDefinition {
  const services = captureServices((server) => new ReflectionService({}).addToServer(server));
  const found = services.find(({ definition }) =>
    Object.values(definition).some(({ path }) => path.startsWith(`/grpc.reflection.${version}.`)),
  );
  if (found === undefined) throw new Error(`no reflection ${version}`);
  return found.definition;
}
