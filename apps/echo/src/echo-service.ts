import type { EchoTestService } from "@grpc-lb-lab/proto";
import type { ServiceImplementation } from "@grpc-lb-lab/rpc";
import type { EchoIdentity } from "./config.ts";
import { echoAnswer } from "./echo-answer.ts";
import type { Forwarder } from "./forward/forwarder.ts";

/** EchoTestService: says what reached `port`, or has `forwarder` call others. The port is asked for late, as 0 is known once it listens. */
export function echoService(
  identity: EchoIdentity,
  port: () => number,
  forwarder: Forwarder,
): ServiceImplementation<typeof EchoTestService> {
  return {
    echo: ({ message }, call) => ({ message: echoAnswer(message, call, identity, port()) }),
    forwardEcho: async (request, call) => ({ output: await forwarder.forward(request, call.signal) }),
  };
}
