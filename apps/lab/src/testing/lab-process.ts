import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program as npm installs it. */
export const LAB = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));

/** How a `lab` ended. */
export interface LabEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `lab`, started as a user's shell would. */
export class LabProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<LabEnd>;
  readonly #listeners = new Set<() => void>();
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
    this.#child = spawn(process.execPath, [LAB, ...args], { env: { ...process.env, ...env } });
    this.#child.stdout.on("data", (bytes) => {
      this.#stdout += bytes;
      for (const look of this.#listeners) look();
    });
    this.#child.stderr.on("data", (bytes) => {
      this.#stderr += bytes;
      for (const look of this.#listeners) look();
    });
    this.ended = once(this.#child, "close").then(([status, signal]) => ({
      status,
      signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** What it has written so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** Resolves when either output contains `words`; rejects when it ends without. */
  says(words: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#stdout.includes(words) || this.#stderr.includes(words)) resolve();
      };
      this.#listeners.add(look);
      look();
      void this.ended.then(({ status, stderr }) =>
        reject(new Error(`lab ended (${status}) without saying "${words}": ${stderr}`)),
      );
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its children, theirs, and so on, as they are now. */
  descendants(): number[] {
    return descendantsOf(this.#child.pid ?? 0);
  }
}

/** Runs `lab` to its end. */
export function lab(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Promise<LabEnd> {
  return new LabProcess(args, env).ended;
}

/** The process ids among `pids` that still run; zombies do not. */
export function running(pids: readonly number[]): number[] {
  const now = new Map(processes().map(({ pid, state }) => [pid, state]));
  return pids.filter((pid) => (now.get(pid) ?? "Z") !== "Z");
}

/** A folder that is deleted with its scope. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "lab-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

function descendantsOf(parent: number): number[] {
  const all = processes();
  const below = (pid: number): number[] =>
    all.filter(({ ppid }) => ppid === pid).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(parent);
}

/** From /proc/<pid>/stat, whose second field may hold blanks and parentheses. */
function processes(): { pid: number; ppid: number; state: string }[] {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state = "", ppid = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [{ pid: Number(pid), ppid: Number(ppid), state }];
    } catch {
      return []; // It has ended since.
    }
  });
}
