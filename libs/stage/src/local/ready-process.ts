import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { NotStartedError } from "@grpc-lb-lab/stage-api";
import type { Probe } from "../deployment/probes.ts";
import { untilReady } from "../deployment/readiness.ts";
import { childEnvironment } from "./child-environment.ts";
import { type ChildProcesses, killGroup } from "./child-processes.ts";

/** A program and its arguments: `["node", "apps/backend/src/main.ts"]`. */
export type Command = readonly [program: string, ...args: string[]];

/** How a process is started, and how it is seen to be ready. */
export interface ReadyProcessOptions {
  /** `pod backend-1`, for messages. */
  readonly what: string;
  readonly command: Command;
  /** Beside the lab's own, of which HTTP proxies are left out. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it is to listen, for messages. */
  readonly host: string;
  readonly probe: Probe;
  readonly children: ChildProcesses;
  /** How long it may take to become ready. */
  readonly startDeadlineMs: number;
  readonly signal: AbortSignal;
}

const REMEMBERED_LOG_LINES = 5;

/** A process that has become ready. */
export interface ReadyProcess {
  /** The exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves with the end. */
  terminate(graceMs: number): Promise<void>;
  /** SIGKILL: what is left of a crash is its exit, 137 as Kubernetes counts it. */
  kill(): void;
}

/**
 * Starts a process and resolves when its readiness probe succeeds.
 * @throws {NotStartedError} with its last words when it ends or does not become ready in time.
 */
export async function startReadyProcess(options: ReadyProcessOptions): Promise<ReadyProcess> {
  const { what, host, probe, children, command, env, signal } = options;
  signal.throwIfAborted();
  const [program, ...args] = command;
  const child = children.spawn(program, args, {
    env: childEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lastLines = rememberLines(child);
  const exited = exitOf(child);
  const lastWords = () => lastLines().join(" | ") || "it wrote nothing";
  const gone = endOfOutput(child).then((end) => {
    throw new NotStartedError(`${what} did not start at ${host} (${end})`, { lastWords: lastWords(), hasEnded: true });
  });
  try {
    await untilReady({ what, probe, gone, lastWords, deadlineMs: options.startDeadlineMs, signal });
  } catch (error) {
    killGroup(child);
    await exited;
    throw error;
  }
  return { exited, terminate: (graceMs) => terminate(child, exited, graceMs), kill: () => killGroup(child) };
}

function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
}

/** As {@link exitOf}, but later: when its last words have been read. */
function endOfOutput(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
}

function rememberLines(child: ChildProcess): () => readonly string[] {
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    if (input === null) continue;
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      if (lines.length > REMEMBERED_LOG_LINES) lines.shift();
    });
  }
  return () => lines;
}

async function terminate(child: ChildProcess, exited: Promise<unknown>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => killGroup(child), graceMs);
  await exited;
  clearTimeout(timer);
}
