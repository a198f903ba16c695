import { Client, credentials, Metadata, Server, ServerCredentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, expectTypeOf, it } from "vitest";
import { GreeterService, type SayHelloResponse } from "./gen/greeter/v1/greeter_pb.ts";
import { type ServiceClient, serviceClient } from "./service-client.ts";
import { serviceDefinition } from "./service-definition.ts";
import type { ServiceHandlers } from "./service-handlers.ts";

/** All four kinds of call, typed from the descriptor on the server's side. */
const handlers: ServiceHandlers<typeof GreeterService> = {
  sayHello: ({ request }, callback) => callback(null, { message: `Hello, ${request.name}!`, servedBy: { pod: "a" } }),
  sayHelloStream: (call) => {
    for (let i = 1; i <= call.request.count; i++) call.write({ message: `${i} ${call.request.name}` });
    call.end();
  },
  sayHelloToMany: (call, callback) => {
    const names: string[] = [];
    call.on("data", ({ name }) => names.push(name)).on("end", () => callback(null, { message: names.join(" ") }));
  },
  chat: (call) => {
    call.on("data", ({ name }) => call.write({ message: `Hello, ${name}!` })).on("end", () => call.end());
  },
};

const server = new Server();
let connection: Client;
let client: ServiceClient<typeof GreeterService>;

beforeAll(async () => {
  server.addService(serviceDefinition(GreeterService), handlers);
  const port = await new Promise<number>((resolve, reject) => {
    const done = (error: Error | null, bound: number) => (error ? reject(error) : resolve(bound));
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), done);
  });
  connection = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  client = serviceClient(GreeterService, connection);
});

afterAll(() => {
  connection.close();
  server.forceShutdown();
});

const deadline = () => ({ deadline: Date.now() + 10_000 });

it("names methods by their paths", () => {
  const paths = Object.values(serviceDefinition(GreeterService)).map(({ path }) => path);
  expect(paths).toEqual([
    "/greeter.v1.GreeterService/SayHello",
    "/greeter.v1.GreeterService/SayHelloStream",
    "/greeter.v1.GreeterService/SayHelloToMany",
    "/greeter.v1.GreeterService/Chat",
  ]);
});

it("makes unary calls, typed on the client's side", async () => {
  const response = await new Promise<SayHelloResponse | undefined>((resolve, reject) => {
    client.sayHello({ name: "you" }, new Metadata(), deadline(), (error, answer) => {
      expectTypeOf(answer).toEqualTypeOf<SayHelloResponse | undefined>();
      if (error) reject(error);
      else resolve(answer);
    });
  });
  expect(response).toMatchObject({ message: "Hello, you!", servedBy: { pod: "a" } });
});

it("makes server-streaming calls", async () => {
  const messages: string[] = [];
  for await (const { message } of client.sayHelloStream({ name: "you", count: 3 }, new Metadata(), deadline())) {
    messages.push(message);
  }
  expect(messages).toEqual(["1 you", "2 you", "3 you"]);
});

it("makes client-streaming calls", async () => {
  const message = await new Promise((resolve, reject) => {
    const call = client.sayHelloToMany(new Metadata(), deadline(), (error, answer) =>
      error ? reject(error) : resolve(answer?.message),
    );
    call.write({ name: "you" });
    call.write({ name: "me" });
    call.end();
  });
  expect(message).toBe("you me");
});

it("makes calls that stream both ways", async () => {
  const call = client.chat(new Metadata(), deadline());
  const messages: string[] = [];
  call.write({ name: "you" });
  for await (const { message } of call) {
    messages.push(message);
    if (messages.length === 1) call.write({ name: "me" });
    else call.end();
  }
  expect(messages).toEqual(["Hello, you!", "Hello, me!"]);
});
