import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { untilReady } from "../deployment/readiness.ts";
import { InputError } from "../input-error.ts";
import type { ChildProcesses } from "./child-processes.ts";

/** A program and its arguments: `["node", "apps/backend/src/main.ts"]`. */
export type Command = readonly [program: string, ...args: string[]];

/** How a pod's application is started. */
export interface PodProcessOptions {
  readonly name: string;
  readonly command: Command;
  readonly env: Readonly<Record<string, string>>;
  /** Where the application listens and serves `/readyz`. */
  readonly admin: { readonly host: string; readonly port: number };
  readonly children: ChildProcesses;
  /** How long it may take to become ready. */
  readonly startDeadlineMs: number;
  readonly signal: AbortSignal;
}

const REMEMBERED_LOG_LINES = 5;

/** A backend process that has become ready. */
export interface PodProcess {
  /** The exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves with the end. */
  terminate(graceMs: number): Promise<void>;
  /** SIGKILL: what is left of a crash is its exit, 137 as Kubernetes counts it. */
  kill(): void;
}

/**
 * Starts an application and resolves when its readiness probe succeeds.
 * @throws {InputError} with its last words when it ends or does not become ready in time.
 */
export async function startPodProcess(options: PodProcessOptions): Promise<PodProcess> {
  const { name, children, command, env, signal } = options;
  signal.throwIfAborted();
  const [program, ...args] = command;
  const child = children.spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const lastLines = rememberLines(child);
  const exited = exitOf(child);
  const lastWords = () => lastLines().join(" | ") || "it wrote nothing";
  const gone = endOfOutput(child).then((end) => {
    throw new InputError(`pod ${name} did not start at ${options.admin.host} (${end}): ${lastWords()}`);
  });
  try {
    await untilReady({
      what: `pod ${name}`,
      url: `http://${options.admin.host}:${options.admin.port}/readyz`,
      gone,
      lastWords,
      deadlineMs: options.startDeadlineMs,
      signal,
    });
  } catch (error) {
    child.kill("SIGKILL");
    await exited;
    throw error;
  }
  return { exited, terminate: (graceMs) => terminate(child, exited, graceMs), kill: () => child.kill("SIGKILL") };
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
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await exited;
  clearTimeout(timer);
}
