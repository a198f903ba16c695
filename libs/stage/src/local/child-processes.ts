import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const GUARDIAN = fileURLToPath(new URL("./guardian.sh", import.meta.url));

/**
 * All child processes of a deployment. They are started in sessions of their own, so that Ctrl-C reaches the lab alone, which ends
 * them in order; a guardian process kills what is left should the lab itself be killed, and removes the folders that they had.
 */
export class ChildProcesses implements AsyncDisposable {
  readonly #guardian: ChildProcess;
  readonly #guardianEnded: Promise<void>;
  readonly #running = new Set<ChildProcess>();
  #disposed = false;

  constructor() {
    this.#guardian = spawn("/bin/sh", [GUARDIAN], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    this.#guardian.unref();
    this.#guardian.stdin?.on("error", () => {}); // Without its guardian a lab still ends its children in order.
    this.#guardianEnded = new Promise((resolve) => {
      this.#guardian.once("exit", () => resolve());
      this.#guardian.once("error", () => resolve());
    });
  }

  /**
   * As `child_process.spawn`, in a session of its own and tracked.
   * @throws Error after the disposal: nothing may be started that nobody would end.
   */
  readonly spawn: typeof spawn = ((command: string, args: string[], options: object) => {
    if (this.#disposed) throw new Error(`${command} is not started: the deployment has ended`);
    const child = spawn(command, args, { ...options, detached: true });
    if (child.pid === undefined) return child; // It failed to start; its `error` event tells why.
    this.#running.add(child);
    this.#tell("+", child.pid);
    child.once("exit", () => {
      this.#running.delete(child);
      killGroupOf(child.pid); // One that was killed from outside has left its own processes.
      this.#tell("-", child.pid);
    });
    return child;
  }) as typeof spawn;

  /** Lets the guardian remove a folder, by its absolute path, with all that is in it, if nobody has when everything ends. */
  guardFolder(path: string): void {
    this.#guardian.stdin?.write(`+${path}\n`);
  }

  /** Kills what still runs and resolves when all have ended, the guardian last. A second time nothing is left to do. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const ends = [...this.#running].map(async (child) => {
      const exited = once(child, "exit");
      killGroup(child);
      await exited;
    });
    await Promise.all(ends);
    this.#guardian.ref(); // Else Node ends while it is waited for, should nothing else be left to do.
    this.#guardian.stdin?.end();
    await this.#guardianEnded;
  }

  #tell(sign: "+" | "-", pid: number | undefined): void {
    this.#guardian.stdin?.write(`${sign}${pid}\n`);
  }
}

/** Kills a child of {@link ChildProcesses} with all processes that it has started itself (nginx's workers), which its own death would leave behind. */
export function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (exitCode === null && signalCode === null) killGroupOf(pid);
}

/** Kills the process group of this id, whose leader may have ended before the others in it. */
function killGroupOf(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended by itself.
  }
}
