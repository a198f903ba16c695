import { type ServiceError, status } from "@grpc/grpc-js";
import { monotonicMs } from "@grpc-lb-lab/measure";
import type { Method, StreamMessages } from "@grpc-lb-lab/stage-api";
import type { Answer, AppStream, StartedCall, StreamHeard } from "./called-app.ts";
import {
  AnswersDue,
  type MessageLog,
  RoundTrips,
  type TakeMessage,
  type TimedMessage,
  UNTIMED,
} from "./message-log.ts";

/** When a stream and its messages are due. */
export interface StreamPlan {
  readonly method: Method;
  /** Ms of the monotonic clock. */
  readonly startMs: number;
  readonly messages: StreamMessages;
  /** How long the stream may take to end once it is told to. */
  readonly patienceMs: number;
}

/** Is told of a stream's messages, and then once of its end. */
export interface StreamTold {
  message: (message: TimedMessage, last: Answer | undefined) => void;
  /** Error null: it has ended well, or as the load has told it to. `last` is its last answer; undefined: there was none. */
  ended: (error: ServiceError | null, last: Answer | undefined) => void;
}

/** A stream under way: sends what is due, whatever the answers do, and times its messages. */
export class DrivenStream {
  readonly #stream: AppStream;
  readonly #plan: StreamPlan;
  readonly #told: StreamTold;
  readonly #log: MessageLog;
  #sent = 0;
  #last: Answer | undefined;
  #sendTimer: NodeJS.Timeout | undefined;
  #patienceTimer: NodeJS.Timeout | undefined;
  #isFinishing = false;
  #isCancelled = false;

  /** @param open - opens the stream. */
  constructor(open: (heard: StreamHeard) => AppStream, plan: StreamPlan, told: StreamTold) {
    this.#plan = plan;
    this.#told = told;
    this.#log = logOf(plan, (message) => told.message(message, this.#last));
    this.#stream = open({ answer: (answer) => this.#answered(answer), ended: (error) => this.#ended(error) });
    this.#sendDue();
  }

  get call(): StartedCall {
    return this.#stream.call;
  }

  /**
   * Ends it well: the client's side is half-closed, so that the pod answers what it has and ends; where the pod alone sends, the stream is cancelled, but not
   * before its first answer, which tells who answers. A stream that has not ended after the plan's patience fails DEADLINE_EXCEEDED.
   */
  finish(): void {
    if (this.#isFinishing) return;
    this.#isFinishing = true;
    this.#halfClose();
    this.#cancelAnswered();
    const { patienceMs } = this.#plan;
    const details = `the stream had not ended ${patienceMs} ms after the load's end`;
    this.#patienceTimer = setTimeout(
      () => this.call.call?.cancelWithStatus(status.DEADLINE_EXCEEDED, details),
      patienceMs,
    );
  }

  /** A late timer sends all that is due. */
  #sendDue(): void {
    const { requests } = this.#stream;
    if (requests === undefined) return;
    const { startMs, messages } = this.#plan;
    while (this.#sent < (messages.count ?? Number.POSITIVE_INFINITY)) {
      const dueMs = startMs + this.#sent * messages.everyMs;
      const lagMs = monotonicMs() - dueMs;
      if (lagMs < 0) {
        this.#sendTimer = setTimeout(() => this.#sendDue(), -lagMs);
        return;
      }
      this.#log.sent(dueMs, lagMs);
      requests.send();
      this.#sent += 1;
    }
    this.#halfClose();
  }

  #halfClose(): void {
    clearTimeout(this.#sendTimer);
    this.#stream.requests?.halfClose(); // A second one is nothing to Node.
  }

  #cancelAnswered(): void {
    if (!this.#isFinishing || this.#stream.requests !== undefined || this.#last === undefined) return;
    this.#isCancelled = true;
    this.call.cancel();
  }

  #answered(answer: Answer): void {
    if (this.#isCancelled) return;
    this.#last = answer;
    this.#log.answered();
    this.#cancelAnswered();
  }

  #ended(error: ServiceError | null): void {
    clearTimeout(this.#sendTimer);
    clearTimeout(this.#patienceTimer);
    const failed = this.#isCancelled && error?.code === status.CANCELLED ? null : error;
    this.#log.ended(failed?.code ?? status.OK);
    this.#told.ended(failed, this.#last);
  }
}

function logOf({ method, startMs, messages }: StreamPlan, take: TakeMessage): MessageLog {
  if (method === "Chat") return new RoundTrips(take);
  return method === "SayHelloStream" ? new AnswersDue(take, startMs, messages.everyMs) : UNTIMED;
}
