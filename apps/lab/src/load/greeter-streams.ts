import {
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import type { GreeterService, ServiceClient } from "@grpc-lb-lab/proto";
import type { Answer, Answerer, AppStream, OpenStream, StreamHeard } from "./called-app.ts";

/** As many answers as `SayHelloStreamRequest.count` can ask for: at one a millisecond they last seven weeks. */
const WITHOUT_END = 2 ** 32 - 1;

/** Opens the greeter's streams: the pod sends those of `SayHelloStream` by the schedule it is asked for, the client the others. */
export function greeterStreams(greeter: ServiceClient<typeof GreeterService>): OpenStream {
  return ({ method, name, metadata, options }, { everyMs, count = WITHOUT_END }, heard) => {
    switch (method) {
      case "SayHelloToMany": {
        const call = greeter.sayHelloToMany(metadata, options, (error, response) => {
          if (response !== undefined) heard.answer(greeterAnswer(response));
          heard.ended(response === undefined ? error : lossOf(response, name, sent));
        });
        let sent = 0;
        const { send, ...requests } = requestsOn(call, name);
        const counted = () => {
          send();
          sent += 1;
        };
        return { call, requests: { ...requests, send: counted } };
      }
      case "Chat": {
        const call = greeter.chat(metadata, options);
        tell(heard, call);
        return { call, requests: requestsOn(call, name) };
      }
      default: {
        const call = greeter.sayHelloStream({ name, count, intervalMs: everyMs }, metadata, options);
        tell(heard, call);
        return { call };
      }
    }
  };
}

/** What every answer of the greeter has. */
interface Greeting {
  readonly message: string;
  readonly servedBy?: Answerer | undefined;
}

/** What an answer of the greeter says. */
export function greeterAnswer(response: Greeting | undefined): Answer {
  return { greeting: response?.message ?? "", servedBy: response?.servedBy };
}

/** grpc-js tells of a failed stream twice: by an error and, once its answers are read, by the stream's end. */
function tell(heard: StreamHeard, call: ClientReadableStream<Greeting> | ClientDuplexStream<unknown, Greeting>): void {
  let isOver = false;
  const over = (error: ServiceError | null) => {
    if (!isOver) heard.ended(error);
    isOver = true;
  };
  call.on("data", (response: Greeting) => heard.answer(greeterAnswer(response)));
  call.once("error", (error: ServiceError) => over(error));
  call.once("end", () => over(null));
}

/** The one answer greets all names that were sent. A proxy that took the stream to another pod may have lost some, and nobody else would tell. */
function lossOf({ message, servedBy }: Greeting, name: string, sent: number): ServiceError | null {
  const whole = `Hello from ${servedBy?.pod}, ${Array<string>(sent).fill(name).join(", ")}!`;
  if (message === whole) return null;
  const details = `the pod did not greet all of ${sent} names`;
  return Object.assign(new Error(details), { code: status.DATA_LOSS, details, metadata: new Metadata() });
}

function requestsOn(
  call: ClientWritableStream<{ readonly name: string }>,
  name: string,
): Required<AppStream>["requests"] {
  return { send: () => call.write({ name }), halfClose: () => call.end() };
}
