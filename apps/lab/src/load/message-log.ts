import { status } from "@grpc/grpc-js";
import { monotonicMs } from "@grpc-lb-lab/measure";

/** A message of a stream that was answered, or lost. Times are ms of the monotonic clock. */
export interface TimedMessage {
  /** Its number in the stream, from 0. */
  readonly message: number;
  readonly dueMs: number;
  /** How much later it was sent; 0 of one that the pod sends by itself. */
  readonly lagMs: number;
  /** From when it was due to its answer, or to the stream's end. */
  readonly latencyMs: number;
  /** 0, or what the stream ended with before its answer. */
  readonly code: number;
}

/** Times the messages of one stream. */
export interface MessageLog {
  /** The client has sent a message, so much later than it was due. */
  sent(dueMs: number, lagMs: number): void;
  /** An answer has come: they come in order. */
  answered(): void;
  /** The stream has ended with this gRPC status code: what is under way is lost, unless the client has ended the stream itself. */
  ended(code: number): void;
}

/** Takes each message once, when it is answered or lost. */
export type TakeMessage = (message: TimedMessage) => void;

/** Of a bidirectional stream: from when a request was due to its answer. */
export class RoundTrips implements MessageLog {
  readonly #take: TakeMessage;
  readonly #underWay: { readonly dueMs: number; readonly lagMs: number }[] = [];
  #answered = 0;

  constructor(take: TakeMessage) {
    this.#take = take;
  }

  sent(dueMs: number, lagMs: number): void {
    this.#underWay.push({ dueMs, lagMs });
  }

  answered(): void {
    this.#next(status.OK);
  }

  ended(code: number): void {
    // A pod that ends a stream well without having answered all of it has lost something, too.
    while (this.#underWay.length > 0) this.#next(code === status.OK ? status.DATA_LOSS : code);
  }

  #next(code: number): void {
    const request = this.#underWay.shift();
    if (request === undefined) return;
    this.#take({ message: this.#answered++, ...request, latencyMs: monotonicMs() - request.dueMs, code });
  }
}

/** Of a server stream: from when an answer was due to its arrival. */
export class AnswersDue implements MessageLog {
  readonly #take: TakeMessage;
  readonly #startMs: number;
  readonly #everyMs: number;
  #answered = 0;

  constructor(take: TakeMessage, startMs: number, everyMs: number) {
    this.#take = take;
    this.#startMs = startMs;
    this.#everyMs = everyMs;
  }

  sent(): void {}

  answered(): void {
    this.#next(status.OK);
  }

  ended(code: number): void {
    if (code === status.OK) return;
    while (this.#dueMs() <= monotonicMs()) this.#next(code);
  }

  #dueMs(): number {
    return this.#startMs + this.#answered * this.#everyMs;
  }

  #next(code: number): void {
    const dueMs = this.#dueMs();
    this.#take({ message: this.#answered++, dueMs, lagMs: 0, latencyMs: Math.max(0, monotonicMs() - dueMs), code });
  }
}

/** Of a client stream: its requests have no answers, so that nothing tells of each. */
export const UNTIMED: MessageLog = { sent: () => {}, answered: () => {}, ended: () => {} };
