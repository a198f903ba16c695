import { status } from "@grpc/grpc-js";
import type { CallKind, CallVia, FinishedCall } from "./finished-call.ts";
import { serviceError } from "./service-error.ts";

/** The part of an answer that says who gave it. */
export interface Answer {
  readonly servedBy?: { readonly pod: string; readonly zone: string; readonly version: string } | undefined;
}

/** A call that has been sent. */
export interface OngoingCall {
  /** Takes note of who answers. */
  answered(answer: Answer): void;
  /** Counts the call's end; only the first one counts. */
  end(code: status): void;
}

/** The calls under way: no more than `maxCalls`, each told of to `onFinished` when it ends. */
export class CallsInFlight {
  readonly #maxCalls: number;
  readonly #onFinished: (call: FinishedCall) => void;
  #count = 0;

  constructor(maxCalls: number, onFinished: (call: FinishedCall) => void) {
    this.#maxCalls = maxCalls;
    this.#onFinished = onFinished;
  }

  /** @throws {ServiceError} RESOURCE_EXHAUSTED when no place is free. */
  begin(kind: CallKind, via: CallVia): OngoingCall {
    if (this.#count >= this.#maxCalls)
      throw serviceError(
        status.RESOURCE_EXHAUSTED,
        `${this.#maxCalls} calls are in flight, which is the limit: try again later`,
      );
    this.#count++;
    const beganMs = performance.now();
    let servedBy: Answer["servedBy"];
    let ended = false;
    return {
      answered: (answer) => {
        servedBy ??= answer.servedBy;
      },
      end: (code) => {
        if (ended) return;
        ended = true;
        this.#count--;
        const { pod, zone, version } = servedBy ?? {};
        this.#onFinished({ kind, via, code, latencyMs: performance.now() - beganMs, pod, zone, version });
      },
    };
  }
}
