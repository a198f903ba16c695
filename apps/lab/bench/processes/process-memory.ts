import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setInterval as every } from "node:timers/promises";

/** The peak resident memory of the processes of one name. */
export interface PeakMemory {
  /** `backend`, `lab load`, `envoy`, `bench`, or a program of the bench. */
  readonly process: string;
  /** How many of them took part, one after the other or at once. */
  readonly count: number;
  /** The largest peak among them, MiB. */
  readonly peakMiB: number;
}

interface SeenProcess {
  readonly name: string;
  readonly peakMiB: number;
}

/** Often enough that no process comes and goes unseen; the peak itself is kept by the kernel. */
const PERIOD_MS = 200;
const KIB_PER_MIB = 1024;
/** Written to `clear_refs`, it resets the peak (proc_pid_clear_refs(5)). */
const RESET_PEAK = "5";

/**
 * Watches the bench's process and its children until it is disposed. The peaks are the kernel's (`VmHWM` of proc_pid_status(5)), so that there
 * are none on systems without /proc.
 */
export class ProcessMemory implements AsyncDisposable {
  readonly #seen = new Map<number, SeenProcess>();
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;

  constructor() {
    this.#watching = this.#watch();
  }

  /** What has been seen so far, by name. */
  async peaks(): Promise<PeakMemory[]> {
    await this.#look();
    const byName = Map.groupBy(this.#seen.values(), ({ name }) => name);
    return Array.from(byName, ([process, all]) => ({
      process,
      count: all.length,
      peakMiB: Math.max(...all.map(({ peakMiB }) => peakMiB)),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    await writeFile("/proc/self/clear_refs", RESET_PEAK).catch(() => {}); // Else the bench's own peak is that of all sections so far.
    try {
      for await (const _ of every(PERIOD_MS, undefined, { signal: this.#stop.signal })) await this.#look();
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  async #look(): Promise<void> {
    const children = await readProc(process.pid, `task/${process.pid}/children`);
    const pids = children.split(" ").filter(Boolean).map(Number);
    await Promise.all([this.#note(process.pid, "bench"), ...pids.map((pid) => this.#noteChild(pid))]);
  }

  async #noteChild(pid: number): Promise<void> {
    const name = nameOf((await readProc(pid, "cmdline")).split("\0"));
    if (name !== undefined) await this.#note(pid, name);
  }

  async #note(pid: number, name: string): Promise<void> {
    const [, kib] = /^VmHWM:\s*(\d+) kB/m.exec(await readProc(pid, "status")) ?? [];
    if (kib !== undefined) this.#seen.set(pid, { name, peakMiB: Math.round(Number(kib) / KIB_PER_MIB) });
  }
}

/** Undefined for what is no part of a measurement: the stage's guardian, and a child that has not become its program yet. */
function nameOf([program = "", script = "", command = ""]: readonly string[]): string | undefined {
  if (script.endsWith("/lab.js")) return `lab ${command}`;
  if (script.endsWith("/backend/src/main.ts")) return "backend";
  if (script.includes("/bench/programs/")) return basename(script, ".ts");
  return basename(program).startsWith("envoy") && script !== "--version" ? "envoy" : undefined;
}

/** Empty where the process has ended, or the system has no /proc. */
function readProc(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}
