import type { Client, ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import { GreeterService, type SayHelloResponse, serviceClient } from "@grpc-lb-lab/proto";
import type { Answer, AppCall, Ended, StartCall } from "./called-app.ts";

type Greeter = ReturnType<typeof serviceClient<typeof GreeterService>>;

/** Calls the greeter: `SayHello`, or a `SayHelloStream` of one answer. */
export function greeterCalls(client: Client): StartCall {
  const greeter = serviceClient(GreeterService, client);
  return (call, ended) => {
    if (call.method === "SayHelloStream") return sayHelloStream(greeter, call, ended);
    const { name, metadata, options } = call;
    return greeter.sayHello({ name }, metadata, options, (error, response) => ended(error, answerOf(response)));
  };
}

function sayHelloStream(
  greeter: Greeter,
  { name, metadata, options }: AppCall,
  ended: Ended,
): ClientReadableStream<unknown> {
  let last: SayHelloResponse | undefined;
  const stream = greeter.sayHelloStream({ name, count: 1, intervalMs: 0 }, metadata, options);
  stream.on("data", (response: SayHelloResponse) => {
    last = response;
  });
  stream.once("error", (error: ServiceError) => ended(error));
  stream.once("end", () => {
    if (last !== undefined) ended(null, answerOf(last));
  });
  return stream;
}

function answerOf(response: SayHelloResponse | undefined): Answer {
  return { greeting: response?.message ?? "", servedBy: response?.servedBy };
}
