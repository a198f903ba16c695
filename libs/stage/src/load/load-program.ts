import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type CallRecord, endMs, type MessageRecord, monotonicMs, type RateChange } from "@grpc-lb-lab/measure";
import type { LoadOptions, LoadRun, LoadSpec, LoadSummary } from "@grpc-lb-lab/stage-api";
import { type ClockOffset, LoadClock } from "./load-clock.ts";
import {
  type CallRow,
  type LoadCommand,
  type LoadMessage,
  type MessageRow,
  readLoadMessage,
  type SeenPod,
} from "./load-message.ts";

/** `lab load` as a stage has started it: a child process, an exec into a container or a pod. */
export interface LoadProgram {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when the program has ended: with undefined after a good end, else with the reason in words. */
  readonly ended: Promise<string | undefined>;
  kill(): void;
}

interface Waiter {
  hasCome(fresh: readonly CallRecord[]): boolean;
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * Speaks with a started `lab load`: hands it `spec`, learns the offset of its clock, and resolves when its schedule begins. When
 * `signal` aborts, then or later, the program is killed.
 * @throws Error with the program's last words when it ends before, or writes what is no message; the program has then ended.
 */
export async function followLoad(
  program: LoadProgram,
  spec: LoadSpec,
  signal: AbortSignal,
  { keepMs = Number.POSITIVE_INFINITY }: LoadOptions = {},
): Promise<LoadRun> {
  const follower = new LoadFollower(program, keepMs);
  const kill = () => program.kill();
  signal.addEventListener("abort", kill, { once: true });
  void program.ended.then(() => signal.removeEventListener("abort", kill));
  if (signal.aborted) kill();
  follower.start(spec);
  try {
    await follower.began;
  } catch (error) {
    await follower[Symbol.asyncDispose]();
    signal.throwIfAborted();
    throw error;
  }
  return follower;
}

class LoadFollower implements LoadRun {
  readonly records: CallRecord[] = [];
  readonly messages: MessageRecord[] = [];
  readonly seenPods = new Map<string, SeenPod>();
  readonly began: Promise<void>;
  readonly done: Promise<LoadSummary>;
  beganAtMs = 0;
  readonly #program: LoadProgram;
  readonly #keepMs: number;
  readonly #clock = new LoadClock((id) => this.#tell({ type: "clock", id }), monotonicMs);
  /** Goes with the first question for the clock in one chunk, whatever carries it: the clock is asked before a schedule without a warm-up can begin. */
  #unwritten = "";
  readonly #podNames: string[] = [];
  readonly #firstMessages = new Map<number, string>();
  readonly #waiters = new Set<Waiter>();
  readonly #rateChanges: RateChange[] = [];
  /** Those who wait for a change of the rate, in the order in which they asked. */
  readonly #rateGates: PromiseWithResolvers<void>[] = [];
  readonly #beganGate = Promise.withResolvers<void>();
  readonly #doneGate = Promise.withResolvers<LoadSummary>();
  #offset: ClockOffset = { offsetMs: 0, uncertaintyMs: 0 };
  #warmUp = { warmUpCalls: 0, warmedUp: false };
  /** Why nothing more comes. */
  #end: Error | undefined;

  constructor(program: LoadProgram, keepMs: number) {
    this.#program = program;
    this.#keepMs = keepMs;
    this.began = this.#beganGate.promise;
    this.done = this.#doneGate.promise;
    this.done.catch(() => {}); // Reported where it is awaited.
    this.began.catch(() => {});
    program.stdin.on("error", () => {}); // The program's end is told by `ended`.
    const lines = createInterface({ input: program.stdout });
    lines.on("line", (line) => this.#read(line));
    const linesEnded = new Promise((resolve) => lines.once("close", resolve));
    void Promise.all([program.ended, linesEnded]).then(([reason]) =>
      this.#finish(new Error(reason ?? "lab load ended before its load was done")),
    );
  }

  start(spec: LoadSpec): void {
    this.#unwritten = `${JSON.stringify(spec)}\n`;
    this.#clock.ask();
  }

  waitFor(hasCome: (fresh: readonly CallRecord[]) => boolean, signal: AbortSignal): Promise<void> {
    if (hasCome(this.records)) return Promise.resolve();
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", abort);
        action();
      };
      const waiter: Waiter = {
        hasCome,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      };
      const abort = () => waiter.reject(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  stop(): Promise<LoadSummary> {
    this.#tell({ type: "stop" });
    return this.done;
  }

  setRate(ratePerSecond: number): Promise<void> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const gate = Promise.withResolvers<void>();
    this.#rateGates.push(gate);
    this.#tell({ type: "rate", rate: ratePerSecond });
    return gate.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.kill();
    await this.#program.ended;
  }

  #tell(command: LoadCommand): void {
    this.#program.stdin.write(`${this.#unwritten}${JSON.stringify(command)}\n`);
    this.#unwritten = "";
  }

  #read(line: string): void {
    if (this.#end !== undefined) return;
    try {
      this.#take(readLoadMessage(line));
    } catch (error) {
      this.#finish(error instanceof Error ? error : new Error(String(error)));
      this.#program.kill();
    }
  }

  #take(message: LoadMessage): void {
    switch (message.type) {
      case "clock":
        this.#clock.take(message.id, message.atMs);
        return;
      case "began":
        this.#begin(message);
        return;
      case "calls":
        this.#takeCalls(message);
        return;
      case "rate":
        this.#rateChanges.push({ atMs: message.atMs - this.#offset.offsetMs, ratePerSecond: message.rate });
        this.#rateGates.shift()?.resolve();
        return;
      case "done":
        this.#doneGate.resolve(this.#summary());
        this.#finish(new Error("the load is done: no more calls come"));
    }
  }

  #begin({ atMs, warmUpCalls, warmedUp }: Extract<LoadMessage, { type: "began" }>): void {
    this.#offset = this.#clock.offset;
    this.beganAtMs = atMs - this.#offset.offsetMs;
    this.#warmUp = { warmUpCalls, warmedUp };
    this.#beganGate.resolve();
  }

  #takeCalls({ rows, streamed, pods, messages }: Extract<LoadMessage, { type: "calls" }>): void {
    for (const seen of pods) {
      this.#podNames.push(seen.pod);
      this.seenPods.set(seen.pod, seen);
    }
    for (const [code, text] of messages) this.#firstMessages.set(code, text);
    const fresh = rows.map((row) => this.#callRecord(row));
    this.records.push(...fresh);
    this.messages.push(...streamed.map((row) => this.#messageRecord(row)));
    for (const waiter of [...this.#waiters]) this.#check(waiter, fresh);
    this.#forget();
  }

  #callRecord([startMs, latencyMs, code, pod, attempts, client, cut, lagMs, kind, stream]: CallRow): CallRecord {
    return {
      startMs: this.beganAtMs + startMs,
      lagMs,
      latencyMs,
      code,
      pod: this.#podNames[pod],
      attempts,
      client,
      ...(cut === 1 ? { cutShort: true } : {}),
      ...(kind > 0 ? { kind } : {}),
      ...(stream >= 0 ? { stream } : {}),
    };
  }

  #messageRecord([stream, message, startMs, latencyMs, code, pod, lagMs, client, kind]: MessageRow): MessageRecord {
    const atMs = this.beganAtMs + startMs;
    return { stream, message, startMs: atMs, lagMs, latencyMs, code, pod: this.#podNames[pod], client, kind };
  }

  #forget(): void {
    const sinceMs = monotonicMs() - this.#keepMs;
    for (const list of [this.records, this.messages]) {
      const kept = list.findIndex((record) => endMs(record) >= sinceMs);
      if (kept > 0) list.splice(0, kept);
    }
  }

  #check(waiter: Waiter, fresh: readonly CallRecord[]): void {
    try {
      if (waiter.hasCome(fresh)) waiter.resolve();
    } catch (error) {
      waiter.reject(error); // Its own mistake, not the load's.
    }
  }

  #summary(): LoadSummary {
    const [firstMessages, rateChanges] = [this.#firstMessages, this.#rateChanges];
    return { ...this.#warmUp, firstMessages, rateChanges, clock: this.#offset };
  }

  /** The first reason stands; promises that are settled stay so. */
  #finish(reason: Error): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#beganGate.reject(reason);
    this.#doneGate.reject(reason);
    for (const waiter of [...this.#waiters, ...this.#rateGates]) waiter.reject(reason);
  }
}
