import type { CallOptions, Client, Metadata, ServiceError, status } from "@grpc/grpc-js";
import type { Method, StreamMessages } from "@grpc-lb-lab/stage-api";

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

/** A call under way, of any kind, as grpc-js has it. */
export interface StartedCall {
  cancel(): void;
  /** Tells when the response begins. */
  on(event: "metadata", listener: (metadata: Metadata) => void): unknown;
  readonly call?: { cancelWithStatus(code: status, details: string): void } | undefined;
}

/** Starts calls of one message on a client, whatever their method. */
export type StartCall = (call: AppCall, ended: Ended) => StartedCall;

/** Is told of a stream's answers, and then once of its end. */
export interface StreamHeard {
  answer(answer: Answer): void;
  /** Null: it has ended well. */
  ended(error: ServiceError | null): void;
}

/** A stream that is open. */
export interface AppStream {
  readonly call: StartedCall;
  /** What the client sends on it; undefined: the pod alone sends. */
  readonly requests?: {
    send(): void;
    halfClose(): void;
  };
}

/** Opens streams on a client: of any method but the unary one. */
export type OpenStream = (call: AppCall, messages: StreamMessages, heard: StreamHeard) => AppStream;

/** How an application is called. */
export interface AppCalls {
  readonly start: StartCall;
  /** Undefined: the application has no streams. */
  readonly open?: OpenStream;
}

/** The calls of an application on a client. */
export type CalledApp = (client: Client) => AppCalls;
