import type { Client } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import type { Answer, AppCall, AppCalls, Ended, OpenStream, StartedCall } from "./called-app.ts";
import { greeterAnswer, greeterStreams } from "./greeter-streams.ts";

/** Calls the greeter, by all its methods. */
export function greeterCalls(client: Client): AppCalls {
  const greeter = serviceClient(GreeterService, client);
  const open = greeterStreams(greeter);
  return {
    start: (call, ended) => {
      if (call.method !== "SayHello") return oneMessage(open, call, ended);
      const { name, metadata, options } = call;
      return greeter.sayHello({ name }, metadata, options, (error, response) => ended(error, greeterAnswer(response)));
    },
    open,
  };
}

/** A stream of one message is a call like a unary one. */
function oneMessage(open: OpenStream, call: AppCall, ended: Ended): StartedCall {
  let last: Answer | undefined;
  const { requests, ...stream } = open(
    call,
    { everyMs: 1, count: 1 },
    {
      answer: (answer) => {
        last = answer;
      },
      ended: (error) => ended(error, last),
    },
  );
  requests?.send();
  requests?.halfClose();
  return stream.call;
}
