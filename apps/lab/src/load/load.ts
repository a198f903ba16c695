import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { status } from "@grpc/grpc-js";
import { type LoadSchedule, monotonicMs, ScheduleRecord } from "@grpc-lb-lab/measure";
import { type ClientConfig, loadClientConfig } from "@grpc-lb-lab/rpc/client";
import {
  type CompleteLoadSpec,
  type LoadCommand,
  type LoadMessage,
  readLoadCommand,
  readLoadSpec,
} from "@grpc-lb-lab/stage/load-lines";
import { InputError } from "@grpc-lb-lab/stage-api";
import { type Outcome, openCaller, type PodCaller } from "./caller.ts";
import { OpenStreams } from "./open-streams.ts";
import { RecordBatch } from "./record-batch.ts";
import { beginSchedule, type Schedule } from "./schedule.ts";
import { type WarmUp, warmUp } from "./warm-up.ts";

/** What the program is given by its process. */
export interface LoadIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** Aborting it stops the load as the command `stop` does. */
  readonly signal?: AbortSignal;
  /** Whether the end of stdin ends the load: it is a connection, without which nobody listens. */
  readonly attached?: boolean;
}

/**
 * The load program: reads a specification from stdin, makes its calls by the client settings of the environment, and writes records
 * to stdout, one JSON message a line. Later lines of stdin are commands (`stop`, `clock`, `rate`); the end of stdin is none unless `attached`, so
 * that a specification can be piped in. Resolves with how an open loop has kept its schedule. Rejects with a clear error on a wrong
 * specification or environment.
 */
export async function runLoad({
  stdin,
  stdout,
  env,
  signal,
  attached = false,
}: LoadIo): Promise<LoadSchedule | undefined> {
  const config = loadClientConfig(env);
  let over = false;
  const write = (message: LoadMessage) => {
    if (!over) stdout.write(`${JSON.stringify(message)}\n`); // Calls may still end when nobody reads on.
  };
  const lines = createInterface({ input: stdin });
  const spec = Promise.withResolvers<CompleteLoadSpec>();
  const broken = Promise.withResolvers<never>();
  const run = new Load(config, write);
  signal?.addEventListener("abort", () => run.stop(), { once: true });
  let isFirst = true;
  lines.on("line", (line) => {
    try {
      if (isFirst) spec.resolve(readLoadSpec(line));
      else run.take(readLoadCommand(line));
    } catch (error) {
      broken.reject(error);
    }
    isFirst = false;
  });
  lines.once("close", () => {
    if (isFirst)
      lines.emit("line", ""); // Nothing came: the same error as an empty line.
    else if (attached) broken.reject(new InputError("stdin has ended, which ends the attached load"));
  });
  try {
    return await Promise.race([spec.promise.then((given) => run.fulfil(given)), broken.promise]);
  } finally {
    over = true;
    run.stop();
    lines.close();
    stdin.destroy(); // An open stdin would keep the program alive.
  }
}

/** What a call is like where nothing is said of kinds. */
const PLAIN: CompleteLoadSpec["kinds"][number] = { method: "SayHello", metadata: {} };

/** A call of the schedule. Times are ms of the monotonic clock. */
interface CountedCall {
  /** Its number, from 0. */
  readonly n: number;
  readonly startMs: number;
  readonly lagMs: number;
  readonly client: number;
  /** The index of its kind, which is `of`. */
  readonly kind: number;
  readonly of: CompleteLoadSpec["kinds"][number];
}

/** What counts calls. */
interface Counting {
  readonly batch: RecordBatch;
  readonly beganAtMs: number;
  /** Tells the schedule that a call has ended. */
  readonly ended: (unreachable: boolean) => void;
}

class Load {
  readonly #config: ClientConfig;
  readonly #write: (message: LoadMessage) => void;
  readonly #streams = new OpenStreams();
  #schedule: Schedule | undefined;
  #kept: ScheduleRecord | undefined;
  #stopped = false;

  constructor(config: ClientConfig, write: (message: LoadMessage) => void) {
    this.#config = config;
    this.#write = write;
  }

  take(command: LoadCommand): void {
    switch (command.type) {
      case "clock":
        this.#write({ type: "clock", id: command.id, atMs: monotonicMs() });
        return;
      case "rate":
        this.#setRate(command.rate);
        return;
      case "stop":
        this.stop();
    }
  }

  async fulfil(spec: CompleteLoadSpec): Promise<LoadSchedule | undefined> {
    const clients = await Promise.all(Array.from({ length: spec.clients }, () => openCaller(this.#config, spec)));
    try {
      const warmUps = await Promise.all(clients.map(({ call }) => warmUp(call, spec.warmUp, () => this.#stopped)));
      const kept = await this.#count(spec, clients, {
        calls: warmUps.reduce((sum, { calls }) => sum + calls, 0),
        complete: warmUps.every(({ complete }) => complete),
      });
      this.#write({ type: "done" });
      return kept;
    } finally {
      for (const client of clients) client.close();
    }
  }

  async #count(
    spec: CompleteLoadSpec,
    clients: readonly PodCaller[],
    warmedUp: WarmUp,
  ): Promise<LoadSchedule | undefined> {
    const batch = new RecordBatch(this.#write);
    const beganAtMs = monotonicMs();
    this.#kept = spec.rate === undefined ? undefined : new ScheduleRecord(spec.rate, beganAtMs);
    this.#write({ type: "began", atMs: beganAtMs, warmUpCalls: warmedUp.calls, warmedUp: warmedUp.complete });
    const streamsEnd = setTimeout(() => this.#streams.finishAll(), spec.durationMs);
    this.#schedule = beginSchedule(spec, beganAtMs, (n, startMs, ended) => {
      const client = n % clients.length;
      const kind = Math.floor(n / clients.length) % spec.kinds.length;
      const lagMs = monotonicMs() - startMs;
      this.#kept?.started(startMs, lagMs);
      const call = { n, startMs, lagMs, client, kind, of: spec.kinds[kind] ?? PLAIN };
      this.#make(call, clients[client], { batch, beganAtMs, ended });
    });
    if (this.#stopped) this.stop();
    await this.#schedule.done;
    clearTimeout(streamsEnd);
    batch.close();
    return this.#kept?.summary();
  }

  /** @throws {InputError} where no open loop has begun. */
  #setRate(rate: number): void {
    if (this.#schedule === undefined)
      throw new InputError("the rate can be changed once the schedule has begun, not before");
    const atMs = monotonicMs();
    this.#schedule.setRate(rate, atMs);
    this.#kept?.changed({ atMs, ratePerSecond: rate });
    this.#write({ type: "rate", atMs, rate });
  }

  #make({ n, of, ...times }: CountedCall, caller: PodCaller | undefined, { batch, beganAtMs, ended }: Counting): void {
    const { startMs, lagMs, client, kind } = times;
    const { messages } = of;
    const stream = messages === undefined ? undefined : n;
    const over = (outcome: Outcome) => {
      const latencyMs = monotonicMs() - startMs;
      batch.add({ startMs: startMs - beganAtMs, lagMs, latencyMs, client, kind, stream }, outcome);
      ended(outcome.code === status.UNAVAILABLE);
    };
    if (messages === undefined) {
      caller?.call(over, { kind: of, n });
      return;
    }
    let forget = () => {};
    const finish = caller?.stream({ kind: of, n, messages }, startMs, {
      message: ({ dueMs, ...message }, outcome) =>
        batch.addMessage({ stream: n, client, kind }, { ...message, dueMs: dueMs - beganAtMs }, outcome),
      ended: (outcome) => {
        forget();
        over(outcome);
      },
    });
    if (finish !== undefined) forget = this.#streams.add(finish);
  }

  stop(): void {
    this.#stopped = true;
    this.#schedule?.stop();
    this.#streams.finishAll();
  }
}
