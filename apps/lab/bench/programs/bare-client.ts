import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { GreeterService, methodDefinition } from "@grpc-lb-lab/proto";
import { answerRequests } from "./answer-requests.ts";

/** What the bare client is to do; the same numbers are given to `lab load`. */
export interface BareLoad {
  readonly target: string;
  readonly name: string;
  readonly inFlight: number;
  readonly deadlineMs: number;
  /** Sequential calls before the clock starts. */
  readonly warmUpCalls: number;
  /** From the start of the clock until calls are counted. */
  readonly settleMs: number;
  /** From the start of the clock until no more calls are started. */
  readonly durationMs: number;
}

/** The yardstick: as little as makes the same calls with grpc-js itself, and nothing but a count kept of them. */
const handlers = {
  /** Resolves with the number of calls that ended between `settleMs` and `durationMs`. */
  async run(load: BareLoad): Promise<number> {
    const client = new Client(load.target, credentials.createInsecure());
    const callOnce = caller(client, load);
    try {
      for (let call = 0; call < load.warmUpCalls; call++) await new Promise<void>(callOnce);
      return await closedLoop(callOnce, load);
    } finally {
      client.close();
    }
  },
};

export type BareClientHandlers = typeof handlers;

answerRequests(handlers);

type CallOnce = (ended: () => void, failed: (error: Error) => void) => void;

function caller(client: Client, { name, deadlineMs }: BareLoad): CallOnce {
  const { path, requestSerialize, responseDeserialize } = methodDefinition(GreeterService.method.sayHello);
  const request = { name };
  return (ended, failed) => {
    const options = { deadline: Date.now() + deadlineMs };
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, new Metadata(), options, (error) =>
      error === null ? ended() : failed(error),
    );
  };
}

function closedLoop(callOnce: CallOnce, { inFlight, settleMs, durationMs }: BareLoad): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const beganMs = performance.now();
  let running = inFlight;
  let counted = 0;
  const ended = () => {
    const atMs = performance.now() - beganMs;
    if (atMs >= settleMs && atMs < durationMs) counted += 1;
    if (atMs < durationMs) return callOnce(ended, reject);
    running -= 1;
    if (running === 0) resolve(counted);
  };
  for (let lane = 0; lane < inFlight; lane++) callOnce(ended, reject);
  return promise;
}
