import { Server, ServerCredentials } from "@grpc/grpc-js";
import { GreeterService, type ServiceHandlers, serviceDefinition } from "@grpc-lb-lab/proto";
import { answerRequests } from "./answer-requests.ts";

/** Many endpoints in one process: each a port that listens and answers with its own number, so that none is made up. */
const handlers = {
  /** Opens `count` endpoints and resolves with their ports. */
  listen: ({ count }: { count: number }): Promise<number[]> => Promise.all(Array.from({ length: count }, openEndpoint)),
};

export type EndpointsHandlers = typeof handlers;

answerRequests(handlers);

type SayHello = ServiceHandlers<typeof GreeterService>["sayHello"];

async function openEndpoint(): Promise<number> {
  const server = new Server({ "grpc.enable_channelz": 0 });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let pod = "";
  const sayHello: SayHello = (_call, respond) => respond(null, { servedBy: { pod } });
  server.addService(serviceDefinition(GreeterService), { sayHello });
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
    error === null ? resolve(port) : reject(error),
  );
  const port = await promise;
  pod = String(port);
  return port;
}
