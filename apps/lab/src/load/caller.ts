import { type Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { GreeterService, type SayHelloResponse, type ServedBy, serviceClient } from "@grpc-lb-lab/proto";
import { type ClientConfig, callDeadline, createClient, readAttempts } from "@grpc-lb-lab/rpc";

/** How one call ended. */
export interface Outcome {
  readonly code: number;
  /** The status message of a failed call. */
  readonly message: string;
  /** The answer's message; empty when there is none. */
  readonly greeting: string;
  readonly servedBy: ServedBy | undefined;
  readonly attempts: number;
  /** Whether it failed though its response had begun. */
  readonly cutShort: boolean;
}

/** Makes one unary call and reports its end; never throws. The function that it returns cancels the call. */
export type Caller = (ended: (outcome: Outcome) => void) => () => void;

/** A client of the greeter with connections of its own, as another client pod would have. */
export interface GreeterCaller {
  readonly call: Caller;
  close(): void;
}

/** Opens a client by the mode's settings (`BACKEND_TARGET`, …). The channel connects with the first call. */
export async function openCaller(config: ClientConfig, name: string): Promise<GreeterCaller> {
  const client: Client = await createClient(config, { ownConnections: true });
  const { sayHello } = serviceClient(GreeterService, client);
  const request = { name };
  const call: Caller = (ended) => {
    let attempts = 1;
    let begun = false;
    const started = sayHello(request, new Metadata(), { deadline: callDeadline(config) }, (error, response) => {
      ended(error === null ? answered(response, attempts) : failed(error, attempts, begun));
    });
    started.on("metadata", (metadata) => {
      begun = true;
      attempts = readAttempts(metadata);
    });
    return () => started.cancel();
  };
  return { call, close: () => client.close() };
}

function answered(response: SayHelloResponse | undefined, attempts: number): Outcome {
  const { message: greeting = "", servedBy } = response ?? {};
  return { code: status.OK, message: "", greeting, servedBy, attempts, cutShort: false };
}

/** A call that fails before any answer has its metadata, if any, in the trailers. */
function failed({ code, details, metadata }: ServiceError, attempts: number, begun: boolean): Outcome {
  const seen = Math.max(attempts, readAttempts(metadata));
  return { code, message: details, greeting: "", servedBy: undefined, attempts: seen, cutShort: begun };
}
