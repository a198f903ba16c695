import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Question, Task, Usage } from "./subject.ts";

const program = fileURLToPath(new URL("subject-program.ts", import.meta.url));

/** A subject in a process of its own, which goes when it is disposed of. */
export class SubjectProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  #isOver = false;

  constructor(task: Task) {
    this.#child = fork(program, { execArgv: ["--expose-gc"] });
    this.#child.send(task);
    this.#child.once("exit", (code) => {
      if (!this.#isOver) throw new Error(`the process of ${task.subject} ended with ${code}`);
    });
  }

  /** What it has used so far. */
  async usage(): Promise<Usage> {
    return (await this.#ask("usage")) as Usage;
  }

  /** Its resident memory after a garbage collection, in MiB. */
  async residentMiB(): Promise<number> {
    return (await this.#ask("collect")) as number;
  }

  /** Resolves with what was used when this many reports have come. */
  async untilReports(reports: number): Promise<Usage> {
    const usage = await this.usage();
    if (usage.reports >= reports) return usage;
    await delay(50);
    return this.untilReports(reports);
  }

  async #ask(question: Question): Promise<unknown> {
    const [answer] = await Promise.all([once(this.#child, "message"), this.#child.send(question)]);
    return answer[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#child.kill("SIGKILL");
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }
}
