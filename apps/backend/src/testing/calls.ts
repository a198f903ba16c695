import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { GreeterService, SayHelloResponse, ServiceClient } from "@grpc-lb-lab/proto";

type Greeter = ServiceClient<typeof GreeterService>;

/** Of `vi.waitFor`: long enough for a busy machine; what is waited for ends the wait. */
export const PATIENT = { timeout: 60_000, interval: 5 };

/** How a call ended: its status, and the messages of all its answers. */
export interface CallEnd {
  readonly code: status;
  readonly details: string;
  readonly messages: readonly string[];
}

/** Makes a unary call; never rejects. */
export async function sayHello(
  greeter: Greeter,
  name = "Ada",
  deadlineMs = 10_000,
): Promise<CallEnd & { readonly answer: SayHelloResponse | undefined }> {
  const { promise, resolve } = Promise.withResolvers<[ServiceError | null, SayHelloResponse | undefined]>();
  greeter.sayHello({ name }, new Metadata(), { deadline: Date.now() + deadlineMs }, (error, answer) =>
    resolve([error, answer]),
  );
  const [error, answer] = await promise;
  return { ...endOf(error, answer === undefined ? [] : [answer.message]), answer };
}

/** Starts a call with a stream of names; `end` half-closes it, `ended` never rejects. */
export function sayHelloToMany(greeter: Greeter) {
  const { promise: ended, resolve } = Promise.withResolvers<CallEnd>();
  const call = greeter.sayHelloToMany(new Metadata(), {}, (error, answer) =>
    resolve(endOf(error, answer === undefined ? [] : [answer.message])),
  );
  return { call, ended };
}

/** Reads a stream of answers to its end; never rejects. */
export async function readToEnd(stream: AsyncIterable<{ readonly message: string }>): Promise<CallEnd> {
  const messages: string[] = [];
  try {
    for await (const { message } of stream) messages.push(message);
    return endOf(null, messages);
  } catch (error) {
    return endOf(error as ServiceError, messages);
  }
}

function endOf(error: ServiceError | null, messages: readonly string[]): CallEnd {
  return { code: error?.code ?? status.OK, details: error?.details ?? "", messages };
}
