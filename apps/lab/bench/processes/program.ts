import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Handlers, Reply, Request } from "../programs/answer-requests.ts";

/** Far above what anything here takes, so that a program that hangs does not hang the bench. */
const ANSWER_DEADLINE_MS = 60_000;

export interface ProgramOptions {
  /** On top of the bench's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Aborting it ends the program. */
  readonly signal: AbortSignal;
}

/** A program of `programs/` as a child process, asked one thing at a time; `H` is the type of its handlers. */
export class Program<H extends Handlers> implements AsyncDisposable {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  /** Starts `programs/<name>.ts`. It is in a session of its own, so that Ctrl-C reaches the bench alone, which ends it. */
  constructor(name: string, { env = {}, signal }: ProgramOptions) {
    signal.throwIfAborted();
    this.#name = name;
    this.#child = fork(fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url)), [], {
      env: { ...process.env, ...env },
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      signal,
      killSignal: "SIGKILL",
    });
    this.#ended = this.#end(signal);
    this.#ended.catch(() => {}); // Reported where an answer is awaited.
  }

  /**
   * Asks the program and resolves with the answer.
   * @throws Error with the program's name when the handler failed, or the program ended.
   */
  async ask<N extends keyof H & string>(name: N, argument: Parameters<H[N]>[0]): Promise<Awaited<ReturnType<H[N]>>> {
    const request: Request = { name, argument };
    const answered = new Promise<Reply>((resolve) => this.#child.once("message", (reply) => resolve(reply as Reply)));
    this.#child.send(request, () => {}); // That it could not be sent is told by `#ended`.
    const reply = await Promise.race([answered, this.#ended, this.#tooLate(name)]);
    if ("error" in reply) throw new Error(`${this.#name}: ${name}: ${reply.error}`);
    return reply.value as Awaited<ReturnType<H[N]>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended.catch(() => {});
  }

  async #tooLate(request: string): Promise<never> {
    await delay(ANSWER_DEADLINE_MS, undefined, { ref: false });
    throw new Error(`${this.#name}: ${request} was not answered within ${ANSWER_DEADLINE_MS} ms`);
  }

  async #end(signal: AbortSignal): Promise<never> {
    let lastWords = "";
    if (this.#child.stderr !== null) {
      createInterface({ input: this.#child.stderr }).on("line", (line) => {
        lastWords = line;
      });
    }
    this.#child.on("error", (error) => {
      lastWords = error.message; // Of an abort or a failed start; `close` follows.
    });
    const end = await new Promise((resolve) => this.#child.once("close", (code, killer) => resolve(code ?? killer)));
    signal.throwIfAborted();
    throw new Error(`${this.#name} ended with ${end}${lastWords && `: ${lastWords}`}`);
  }
}
