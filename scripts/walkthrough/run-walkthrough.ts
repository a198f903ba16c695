import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { styleText } from "node:util";
import type { Step, Walkthrough } from "./walkthrough.ts";

/** Where a walk-through runs. */
export interface Surroundings {
  /** The folder in which commands run: the repository. */
  readonly folder: string;
  /** A kubeconfig file whose current context is the one that was named. */
  readonly kubeconfig: string;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

const AGAIN_MS = 1_000;

/** Runs a walk-through, showing each command and its output. Resolves with what did not come out as told; empty: all did. */
export async function runWalkthrough({ steps, page }: Walkthrough, surroundings: Surroundings): Promise<string[]> {
  const { write } = surroundings;
  write(`${page}\n`);
  const wrong: string[] = [];
  await using background = new AsyncDisposableStack();
  for (const step of steps) {
    write(`\n${styleText("bold", `# ${step.title}`)}\n$ ${step.command}\n`);
    if (step.background === true) {
      const child = start(step.command, surroundings);
      background.defer(() => end(child));
      continue;
    }
    const problem = await take(step, surroundings);
    if (problem === undefined) continue;
    wrong.push(`${step.title}: ${problem}`);
    write(`${styleText("red", `differs: ${problem}`)}\n`);
    if (step.check === undefined) break; // Without it the rest makes no sense.
  }
  return wrong;
}

/** Runs a step until its output is right, or its time is over; shows the last output. */
async function take(step: Step, surroundings: Surroundings): Promise<string | undefined> {
  const endAtMs = Date.now() + (step.withinMs ?? 0);
  for (;;) {
    surroundings.signal.throwIfAborted();
    const { status, output } = await execute(step.command, surroundings);
    const problem = problemOf(step, status, output);
    if (problem === undefined || Date.now() >= endAtMs) {
      surroundings.write(output);
      return problem;
    }
    await delay(AGAIN_MS, undefined, { signal: surroundings.signal });
  }
}

function problemOf({ check, mayFail = false }: Step, status: number, output: string): string | undefined {
  if (mayFail && status === 0) return "it succeeded";
  if (!mayFail && status !== 0) return `exit code ${status}`;
  return check?.(output);
}

function start(command: string, { folder, kubeconfig }: Surroundings): ChildProcess {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return spawn("bash", ["-o", "pipefail", "-c", command], {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function execute(command: string, surroundings: Surroundings): Promise<{ status: number; output: string }> {
  const child = start(command, surroundings);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const abort = () => void end(child);
  surroundings.signal.addEventListener("abort", abort, { once: true });
  const [code] = await once(child, "close");
  surroundings.signal.removeEventListener("abort", abort);
  return { status: code ?? 1, output };
}

/** Ends a command with all that it has started: it leads a process group of its own. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGTERM");
  await ended;
}
