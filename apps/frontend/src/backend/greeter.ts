import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Metadata } from "@grpc/grpc-js";
import type {
  ChatRequestSchema,
  ChatResponse,
  SayHelloRequestSchema,
  SayHelloResponse,
  SayHelloStreamRequestSchema,
  SayHelloStreamResponse,
  SayHelloToManyRequestSchema,
  SayHelloToManyResponse,
} from "@grpc-lb-lab/proto";
import type { CallVia } from "./finished-call.ts";

/** What goes with a call to the backend. */
export interface GreeterCallOptions {
  /** Cancels the call. */
  readonly signal: AbortSignal;
  /** When it must have ended, as a time of `Date.now()`. */
  readonly deadlineAtMs: number;
  /** Carried on as it is. */
  readonly metadata?: Metadata;
  readonly via: CallVia;
}

/** The backend's GreeterService, in whatever way the environment's target leads to it. Rejects with grpc-js's ServiceError. Streams hold back who is faster. */
export interface Greeter {
  sayHello(
    request: MessageInitShape<typeof SayHelloRequestSchema>,
    options: GreeterCallOptions,
  ): Promise<SayHelloResponse>;
  sayHelloStream(
    request: MessageInitShape<typeof SayHelloStreamRequestSchema>,
    options: GreeterCallOptions,
  ): AsyncIterable<SayHelloStreamResponse>;
  sayHelloToMany(
    requests: AsyncIterable<MessageInitShape<typeof SayHelloToManyRequestSchema>>,
    options: GreeterCallOptions,
  ): Promise<SayHelloToManyResponse>;
  chat(
    requests: AsyncIterable<MessageInitShape<typeof ChatRequestSchema>>,
    options: GreeterCallOptions,
  ): AsyncIterable<ChatResponse>;
}
