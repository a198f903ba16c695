import { status } from "@grpc/grpc-js";
import { StatusError } from "@grpc-lb-lab/rpc";
import * as v from "valibot";

const READ_TIMEOUT_MS = 2000;
/** A pod that is added may take its time to start. */
const CHANGE_TIMEOUT_MS = 30_000;

const Stage = v.object({
  maxPods: v.number(),
  pods: v.array(
    v.object({
      name: v.string(),
      ready: v.boolean(),
      zone: v.optional(v.string()),
      fault: v.optional(
        v.object({
          latencyMs: v.optional(v.number(), 0),
          errorShare: v.optional(v.number(), 0),
          errorCode: v.optional(v.string(), "UNAVAILABLE"),
        }),
      ),
    }),
  ),
});

/** A pod as the stage tells it. */
export type StagePod = v.InferOutput<typeof Stage>["pods"][number];

/** What was last heard of the stage. */
export interface StageReading {
  /** Undefined until the stage has answered once. */
  readonly pods: readonly StagePod[] | undefined;
  readonly maxPods: number;
  /** Why the last question got no answer; empty when it got one. */
  readonly problem: string;
}

/** An answer of the stage, as it came: a refusal too. */
export interface StageAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** The control API of the stage that this frontend runs on. */
export class StageClient {
  readonly #url: string;
  #reading: StageReading = { pods: undefined, maxPods: 0, problem: "" };
  #refreshing: Promise<void> | undefined;

  /** `url` is the base, without a path. */
  constructor(url: string) {
    this.#url = url;
  }

  get reading(): StageReading {
    return this.#reading;
  }

  /** Asks the stage for its pods; one question at a time. Never rejects: what goes wrong is the reading's problem. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  /**
   * Passes a request on: GET without a `body`, POST with it.
   * @throws {StatusError} UNAVAILABLE when the stage does not answer, or with something that is no JSON.
   */
  async ask(path: string, signal: AbortSignal, body?: unknown): Promise<StageAnswer> {
    const timeoutMs = body === undefined ? READ_TIMEOUT_MS : CHANGE_TIMEOUT_MS;
    const init = {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      redirect: "error",
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    } as const;
    try {
      const answer = await fetch(new URL(path, this.#url), init);
      return { status: answer.status, json: await answer.json() };
    } catch {
      throw new StatusError(status.UNAVAILABLE, "the stage does not answer: is `lab up` still running?");
    }
  }

  async #read(): Promise<void> {
    try {
      const answer = await this.ask("/stage", new AbortController().signal);
      const { pods, maxPods } = v.parse(Stage, answer.json);
      this.#reading = { pods, maxPods, problem: "" };
    } catch (error) {
      const problem = error instanceof StatusError ? error.details : "the stage's answer is not valid";
      this.#reading = { ...this.#reading, problem };
    }
  }
}
