import { type Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { type ClientConfig, callDeadline, createClient, readAttempts } from "@grpc-lb-lab/rpc/client";
import type { CompleteLoadSpec } from "@grpc-lb-lab/stage/load-lines";
import type { App, StreamMessages } from "@grpc-lb-lab/stage-api";
import type { Answer, CalledApp, StartedCall } from "./called-app.ts";
import { DrivenStream } from "./driven-stream.ts";
import { echoCalls } from "./echo-calls.ts";
import { greeterCalls } from "./greeter-calls.ts";
import type { TimedMessage } from "./message-log.ts";

/** How one call ended. */
export interface Outcome extends Answer {
  readonly code: number;
  /** The status message of a failed call. */
  readonly message: string;
  readonly attempts: number;
  /** Whether it failed though its response had begun. */
  readonly cutShort: boolean;
}

/**
 * Makes one call and reports its end; never throws. The function that it returns cancels the call. `nth` says which of the counted calls it is; a call of
 * the warm-up is of no kind.
 */
export type Caller = (ended: (outcome: Outcome) => void, nth?: NthCall) => () => void;

/** A counted call. */
export interface NthCall {
  readonly kind: CompleteLoadSpec["kinds"][number];
  /** Its number, from 0. */
  readonly n: number;
}

/** Is told of a stream's messages, and then once of its end. */
export interface HeardOfStream {
  /** `outcome` names the pod that answers on the stream, if any has yet. */
  message(message: TimedMessage, outcome: Pick<Outcome, "servedBy">): void;
  ended(outcome: Outcome): void;
}

/** Opens a stream whose messages are due from `startMs` on (ms of the monotonic clock); never throws. The function that it returns ends the stream, as no failure. */
export type StreamCaller = (nth: NthStream, startMs: number, heard: HeardOfStream) => () => void;

/** A counted stream with records of its messages. */
export interface NthStream extends NthCall {
  readonly messages: StreamMessages;
}

/** A client of pods with connections of its own, as another client pod would have. */
export interface PodCaller {
  readonly call: Caller;
  readonly stream: StreamCaller;
  close(): void;
}

/** What is called. */
export interface Called {
  readonly app: App;
  /** What is greeted or echoed. */
  readonly name: string;
}

const CALLED: Readonly<Record<App, CalledApp>> = { greeter: greeterCalls, echo: echoCalls };

/** Opens a client by the mode's settings (`BACKEND_TARGET`, …). The channel connects with the first call. */
export async function openCaller(config: ClientConfig, { app, name }: Called): Promise<PodCaller> {
  const client: Client = await createClient(config, { ownConnections: true });
  const { start, open } = CALLED[app](client);
  const call: Caller = (ended, nth) => {
    const { method = "SayHello", deadlineMs = config.deadlineMs } = nth?.kind ?? {};
    const options = { deadline: callDeadline({ deadlineMs }) };
    const response = new ResponseSeen();
    const started = start({ method, name, metadata: metadataOf(nth), options }, (error, answer) =>
      ended(error === null ? response.answered(answer) : response.failed(error)),
    );
    response.of(started);
    return () => started.cancel();
  };
  const stream: StreamCaller = (nth, startMs, heard) => {
    if (open === undefined) throw new Error(`${app} has no streams, which its specification should not have let pass`);
    const { method, deadlineMs = Number.POSITIVE_INFINITY } = nth.kind;
    const options = { deadline: callDeadline({ deadlineMs }) };
    const response = new ResponseSeen();
    const driven = new DrivenStream(
      (of) => open({ method, name, metadata: metadataOf(nth), options }, nth.messages, of),
      { method, startMs, messages: nth.messages, patienceMs: config.deadlineMs },
      {
        message: (message, last) => heard.message(message, { servedBy: last?.servedBy }),
        ended: (error, last) =>
          heard.ended(
            error === null ? response.answered(last) : { ...response.failed(error), servedBy: last?.servedBy },
          ),
      },
    );
    response.of(driven.call);
    return () => driven.finish();
  };
  return { call, stream, close: () => client.close() };
}

const NUMBER = "{{n}}";

function metadataOf(nth: NthCall | undefined): Metadata {
  const metadata = new Metadata();
  if (nth === undefined) return metadata;
  for (const [key, value] of Object.entries(nth.kind.metadata)) {
    metadata.set(key, value.replaceAll(NUMBER, String(nth.n)));
  }
  return metadata;
}

const NOTHING: Answer = { greeting: "", servedBy: undefined };

/** What has been seen of the response to one call. */
class ResponseSeen {
  #attempts = 1;
  #hasBegun = false;

  /** Watches for the beginning of the response to `call`. */
  of(call: StartedCall): void {
    call.on("metadata", (metadata: Metadata) => {
      this.#hasBegun = true;
      this.#attempts = readAttempts(metadata);
    });
  }

  answered(answer: Answer = NOTHING): Outcome {
    return { code: status.OK, message: "", ...answer, attempts: this.#attempts, cutShort: false };
  }

  /** A call that fails before any answer has its metadata, if any, in the trailers. */
  failed({ code, details, metadata }: ServiceError): Outcome {
    const attempts = Math.max(this.#attempts, readAttempts(metadata));
    return { code, message: details, ...NOTHING, attempts, cutShort: this.#hasBegun };
  }
}
