import { Client, credentials, Metadata, Server, ServerCredentials } from "@grpc/grpc-js";
import { EchoTestService, type ServiceHandlers, serviceDefinition } from "@grpc-lb-lab/proto";
import { expect, it } from "vitest";
import type { Answer } from "./called-app.ts";
import { echoCalls } from "./echo-calls.ts";

type Echo = ServiceHandlers<typeof EchoTestService>["echo"];

it("reads from an answer's lines who answered, whatever the message is that comes back", async () => {
  const lines = (message: string) =>
    `Host=a\nServiceVersion=v2\nProto=GRPC\nEcho=${message}\nHostname=pod-a\nZone=lab-b\n`;
  const message = "hello\nHostname=pod-b";
  const answer = await answerOf(({ request }, respond) => respond(null, { message: lines(request.message) }), message);
  expect(answer).toEqual({
    greeting: lines(message),
    servedBy: { pod: "pod-a", zone: "lab-b", version: "v2" },
    echoed: lines(message),
  });
});

it("takes Istio's own, which knows no zone", async () => {
  const message = "ServiceVersion=v1\nHostname=echo-v1\n";
  const { servedBy } = await answerOf((_, respond) => respond(null, { message }), "hello");
  expect(servedBy).toEqual({ pod: "echo-v1", zone: "", version: "v1" });
});

it("knows nobody from an answer that is no echo's", async () => {
  const { servedBy } = await answerOf((_, respond) => respond(null, { message: "hello" }), "hello");
  expect(servedBy).toBeUndefined();
});

/** What the load program reads from an answer of a real gRPC server. */
async function answerOf(echo: Echo, name: string): Promise<Answer> {
  const server = new Server();
  server.addService(serviceDefinition(EchoTestService), { echo });
  const bound = Promise.withResolvers<number>();
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
    error === null ? bound.resolve(port) : bound.reject(error),
  );
  const client = new Client(`127.0.0.1:${await bound.promise}`, credentials.createInsecure());
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  echoCalls(client).start({ method: "SayHello", name, metadata: new Metadata(), options: {} }, (error, answer) =>
    error === null && answer !== undefined ? resolve(answer) : reject(error),
  );
  try {
    return await promise;
  } finally {
    client.close();
    server.forceShutdown();
  }
}
