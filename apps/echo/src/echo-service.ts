import type { EchoTestService } from "@grpc-lb-lab/proto";
import type { ServiceImplementation } from "@grpc-lb-lab/rpc";
import type { CallWork } from "@grpc-lb-lab/rpc/work";
import type { EchoIdentity } from "./config.ts";
import { echoAnswer } from "./echo-answer.ts";
import type { Forwarder } from "./forward/forwarder.ts";

/**
 * EchoTestService: says what reached `port`, or has `forwarder` call others, and takes the pod's work for each call. The port is asked for late, as 0 is
 * known once it listens.
 */
export function echoService(
  identity: EchoIdentity,
  port: () => number,
  forwarder: Forwarder,
  work: CallWork,
): ServiceImplementation<typeof EchoTestService> {
  return {
    async echo({ message }, call) {
      await work.take("Echo", call);
      return { message: echoAnswer(message, call, identity, port()) };
    },

    async forwardEcho(request, call) {
      await work.take("ForwardEcho", call);
      return { output: await forwarder.forward(request, call.signal) };
    },
  };
}
