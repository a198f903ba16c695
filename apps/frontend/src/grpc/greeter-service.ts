import { GreeterService } from "@grpc-lb-lab/proto";
import {
  type CallContext,
  type GrpcService,
  implement,
  type Logger,
  type ServiceImplementation,
  StatusError,
} from "@grpc-lb-lab/rpc";
import { metadataFromMetadata } from "../backend/carried-metadata.ts";
import { type DeadlineCaps, deadlineAt } from "../backend/deadline.ts";
import type { Greeter, GreeterCallOptions } from "../backend/greeter.ts";
import { carriedTrailers, isServiceError } from "../backend/service-error.ts";
import { CallDeadlines } from "./call-deadlines.ts";

/** What decides how calls are carried on. */
export interface CarryOptions {
  readonly deadlines: DeadlineCaps;
  /** Names of headers, lower case. */
  readonly forwardHeaders: readonly string[];
}

/**
 * GreeterService as native gRPC, carried on to the backend with deadline, cancellation, metadata (see `metadataFromMetadata`), backpressure, and the
 * status with its details and trailers.
 */
export function greeterService(greeter: Greeter, options: CarryOptions, logger: Logger): GrpcService {
  const deadlines = new CallDeadlines();
  return deadlines.watch(implement(GreeterService, carry(greeter, options, deadlines), logger));
}

function carry(
  greeter: Greeter,
  { deadlines: caps, forwardHeaders }: CarryOptions,
  deadlines: CallDeadlines,
): ServiceImplementation<typeof GreeterService> {
  const onward = (call: CallContext, streams: boolean): GreeterCallOptions => ({
    signal: call.signal,
    deadlineAtMs: deadlineAt(deadlines.remainingMs(call), caps, streams),
    metadata: metadataFromMetadata(forwardHeaders, call.metadata),
    via: "grpc",
  });
  return {
    sayHello: (request, call) => one(greeter.sayHello(request, onward(call, false))),
    sayHelloStream: (request, call) => many(greeter.sayHelloStream(request, onward(call, true))),
    sayHelloToMany: (requests, call) => one(greeter.sayHelloToMany(requests, onward(call, true))),
    chat: (requests, call) => many(greeter.chat(requests, onward(call, true))),
  };
}

async function one<T>(answer: Promise<T>): Promise<T> {
  return await answer.catch((error) => {
    throw statusOf(error);
  });
}

async function* many<T>(answers: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* answers;
  } catch (error) {
    throw statusOf(error);
  }
}

/** The backend's status as this server's own. */
function statusOf(error: unknown): unknown {
  return isServiceError(error) ? new StatusError(error.code, error.details, carriedTrailers(error)) : error;
}
