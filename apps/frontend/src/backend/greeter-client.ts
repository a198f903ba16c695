import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type CallOptions,
  type Client,
  type ClientReadableStream,
  type ClientWritableStream,
  Metadata,
  type requestCallback,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import {
  type ChatRequestSchema,
  type ChatResponse,
  GreeterService,
  type SayHelloRequestSchema,
  type SayHelloResponse,
  type SayHelloStreamRequestSchema,
  type SayHelloStreamResponse,
  type SayHelloToManyRequestSchema,
  type SayHelloToManyResponse,
  type ServiceClient,
  serviceClient,
} from "@grpc-lb-lab/proto";
import { type Answer, CallsInFlight, type OngoingCall } from "./calls-in-flight.ts";
import type { CallKind, FinishedCall } from "./finished-call.ts";
import type { Greeter, GreeterCallOptions } from "./greeter.ts";
import { RequestPump } from "./request-pump.ts";
import { isServiceError, serviceError } from "./service-error.ts";

/** What a {@link GreeterClient} is made of. */
export interface GreeterClientOptions {
  /** A channel to the backend, as the environment's target leads to it. Its owner closes it. */
  readonly client: Client;
  /** Calls under way at the same time; one more is refused with RESOURCE_EXHAUSTED and never sent. */
  readonly maxCalls: number;
  /** Hears of each call that was sent, once, when it ends. */
  readonly onFinished: (call: FinishedCall) => void;
}

/** A call of grpc-js, of any kind. */
interface GrpcCall {
  cancel(): void;
}

type StartOne<T> = (metadata: Metadata, options: CallOptions, settle: requestCallback<T>, run: Run) => GrpcCall;
type StartMany<T> = (metadata: Metadata, options: CallOptions, run: Run) => ClientReadableStream<T>;

/** What goes along with one call: the end of it, and the pump of its requests. */
interface Run {
  readonly ended: AbortController;
  readonly pump: RequestPump;
}

/** The backend's greeter on a grpc-js channel: deadlines, cancellation and backpressure carried on, each call counted. */
export class GreeterClient implements Greeter {
  readonly #service: ServiceClient<typeof GreeterService>;
  readonly #calls: CallsInFlight;

  constructor({ client, maxCalls, onFinished }: GreeterClientOptions) {
    this.#service = serviceClient(GreeterService, client);
    this.#calls = new CallsInFlight(maxCalls, onFinished);
  }

  sayHello(request: MessageInitShape<typeof SayHelloRequestSchema>, options: GreeterCallOptions) {
    return this.#one<SayHelloResponse>("unary", options, (metadata, callOptions, settle) =>
      this.#service.sayHello(request, metadata, callOptions, settle),
    );
  }

  sayHelloStream(request: MessageInitShape<typeof SayHelloStreamRequestSchema>, options: GreeterCallOptions) {
    return this.#many<SayHelloStreamResponse>("server-stream", options, (metadata, callOptions) =>
      this.#service.sayHelloStream(request, metadata, callOptions),
    );
  }

  sayHelloToMany(
    requests: AsyncIterable<MessageInitShape<typeof SayHelloToManyRequestSchema>>,
    options: GreeterCallOptions,
  ) {
    return this.#one<SayHelloToManyResponse>("client-stream", options, (metadata, callOptions, settle, run) => {
      const call = this.#service.sayHelloToMany(metadata, callOptions, settle);
      return feed(requests, call, run);
    });
  }

  chat(requests: AsyncIterable<MessageInitShape<typeof ChatRequestSchema>>, options: GreeterCallOptions) {
    return this.#many<ChatResponse>("chat", options, (metadata, callOptions, run) => {
      const call = this.#service.chat(metadata, callOptions);
      return feed(requests, call, run);
    });
  }

  /** A call with one answer. */
  async #one<T extends Answer>(kind: CallKind, options: GreeterCallOptions, start: StartOne<T>): Promise<T> {
    const ongoing = this.#begin(kind, options);
    const run = newRun();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settle = (error: ServiceError | null, answer?: T) =>
      error === null && answer !== undefined ? resolve(answer) : reject(error);
    const metadata = options.metadata ?? new Metadata();
    const call = started(ongoing, () => start(metadata, { deadline: options.deadlineAtMs }, settle, run));
    const unlink = cancelOnAbort(options.signal, call, ongoing);
    try {
      const answer = await promise;
      ongoing.answered(answer);
      ongoing.end(status.OK);
      return answer;
    } catch (error) {
      ongoing.end(codeOf(error));
      throw await run.pump.whyFailed(error);
    } finally {
      unlink();
      run.ended.abort();
    }
  }

  /** A call with a stream of answers. It starts when the first one is asked for, and is cancelled when its reader leaves. */
  async *#many<T extends Answer>(kind: CallKind, options: GreeterCallOptions, start: StartMany<T>): AsyncGenerator<T> {
    const ongoing = this.#begin(kind, options);
    const run = newRun();
    const metadata = options.metadata ?? new Metadata();
    const call = started(ongoing, () => start(metadata, { deadline: options.deadlineAtMs }, run));
    // Read by nobody once the reader has left, and then emitted all the same.
    call.on("error", () => {});
    const unlink = cancelOnAbort(options.signal, call, ongoing);
    try {
      for await (const answer of call as AsyncIterable<T>) {
        ongoing.answered(answer);
        yield answer;
      }
      ongoing.end(status.OK);
    } catch (error) {
      ongoing.end(codeOf(error));
      throw await run.pump.whyFailed(error);
    } finally {
      ongoing.end(status.CANCELLED);
      unlink();
      run.ended.abort();
      call.cancel();
    }
  }

  /** @throws {ServiceError} when the call need not be sent: cancelled already, too late already, or one too many. */
  #begin(kind: CallKind, { signal, deadlineAtMs, via }: GreeterCallOptions): OngoingCall {
    if (signal.aborted) throw serviceError(status.CANCELLED, "cancelled before it was sent");
    if (deadlineAtMs <= Date.now())
      throw serviceError(status.DEADLINE_EXCEEDED, "the deadline left no time for a call");
    return this.#calls.begin(kind, via);
  }
}

/** Starts a call. One that cannot be started, as on a closed channel, gives its place back. */
function started<Call>(ongoing: OngoingCall, start: () => Call): Call {
  try {
    return start();
  } catch (error) {
    ongoing.end(codeOf(error));
    throw error;
  }
}

function newRun(): Run {
  return { ended: new AbortController(), pump: new RequestPump() };
}

function feed<T, C extends ClientWritableStream<T>>(requests: AsyncIterable<T>, call: C, { pump, ended }: Run): C {
  // A write that comes after the end of a call; the end itself is told elsewhere.
  call.on("error", () => {});
  void pump.run(requests, call, ended.signal);
  return call;
}

/** Frees the place of a cancelled call at once: who reads its answers may never ask for another one. */
function cancelOnAbort(signal: AbortSignal, call: GrpcCall, ongoing: OngoingCall): () => void {
  const cancel = () => {
    call.cancel();
    ongoing.end(status.CANCELLED);
  };
  signal.addEventListener("abort", cancel, { once: true });
  return () => signal.removeEventListener("abort", cancel);
}

function codeOf(error: unknown): status {
  return isServiceError(error) ? error.code : status.UNKNOWN;
}
