import { type Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { type ClientConfig, callDeadline, createClient, readAttempts } from "@grpc-lb-lab/rpc/client";
import type { CompleteLoadSpec } from "@grpc-lb-lab/stage/load-lines";
import type { App } from "@grpc-lb-lab/stage-api";
import type { Answer, CalledApp } from "./called-app.ts";
import { echoCalls } from "./echo-calls.ts";
import { greeterCalls } from "./greeter-calls.ts";

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

/** A client of pods with connections of its own, as another client pod would have. */
export interface PodCaller {
  readonly call: Caller;
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
  const start = CALLED[app](client);
  const call: Caller = (ended, nth) => {
    let attempts = 1;
    let begun = false;
    const { method = "SayHello", deadlineMs = config.deadlineMs } = nth?.kind ?? {};
    const options = { deadline: callDeadline({ deadlineMs }) };
    const started = start({ method, name, metadata: metadataOf(nth), options }, (error, answer) => {
      ended(error === null ? answered(answer, attempts) : failed(error, attempts, begun));
    });
    started.on("metadata", (metadata: Metadata) => {
      begun = true;
      attempts = readAttempts(metadata);
    });
    return () => started.cancel();
  };
  return { call, close: () => client.close() };
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

function answered(answer: Answer = NOTHING, attempts: number): Outcome {
  return { code: status.OK, message: "", ...answer, attempts, cutShort: false };
}

/** A call that fails before any answer has its metadata, if any, in the trailers. */
function failed({ code, details, metadata }: ServiceError, attempts: number, begun: boolean): Outcome {
  const seen = Math.max(attempts, readAttempts(metadata));
  return { code, message: details, ...NOTHING, attempts: seen, cutShort: begun };
}
