import type { CallOptions, Client, ClientReadableStream, ClientUnaryCall, Metadata, ServiceError } from "@grpc/grpc-js";
import type { Method } from "@grpc-lb-lab/stage-api";

/** Who answered. */
export interface Answerer {
  readonly pod: string;
  readonly zone: string;
  readonly version: string;
}

/** What an answer says, whatever its application. */
export interface Answer {
  readonly greeting: string;
  /** Undefined: it does not say so. */
  readonly servedBy: Answerer | undefined;
  /** What the request was like when it arrived; undefined: the application does not tell. */
  readonly echoed?: string | undefined;
}

/** A call to make of an application. */
export interface AppCall {
  /** Of those that the application has. */
  readonly method: Method;
  /** What is greeted or echoed. */
  readonly name: string;
  readonly metadata: Metadata;
  readonly options: CallOptions;
}

/** Takes the end of a call: an error, or its answer. */
export type Ended = (error: ServiceError | null, answer?: Answer) => void;

/** Starts calls of one application on a client. */
export type StartCall = (call: AppCall, ended: Ended) => ClientUnaryCall | ClientReadableStream<unknown>;

/** How an application is called. */
export type CalledApp = (client: Client) => StartCall;
