import type { Client } from "@grpc/grpc-js";
import { EchoTestService, serviceClient } from "@grpc-lb-lab/proto";
import type { Answer, Answerer, AppCalls } from "./called-app.ts";

/** Calls `Echo` of Istio's EchoTestService, and reads from its lines who answered. */
export function echoCalls(client: Client): AppCalls {
  const service = serviceClient(EchoTestService, client);
  return {
    start: ({ name, metadata, options }, ended) =>
      service.echo({ message: name }, metadata, options, (error, response) =>
        ended(error, answerOf(response?.message)),
      ),
  };
}

function answerOf(lines = ""): Answer {
  return { greeting: lines, servedBy: answererOf(lines.split("\n")), echoed: lines };
}

/** The last line of a name counts: those before it may be of the message that is echoed. Undefined: it is no answer of an echo application. */
function answererOf(lines: readonly string[]): Answerer | undefined {
  const value = (name: string) => lines.findLast((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const pod = value("Hostname");
  return pod === undefined ? undefined : { pod, zone: value("Zone") ?? "", version: value("ServiceVersion") ?? "" };
}
