import type { ChildProcess } from "node:child_process";

/** How an Envoy ended. */
export interface EnvoyExit {
  /** Exit code; null when a signal ended it or it never started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started at all. */
  readonly error?: Error;
}

/** A running Envoy. Disposing it stops it. */
export interface EnvoyProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** `host:port` of the admin interface. */
  readonly adminAddress: string;
  /** Resolves when the process has ended, for whatever reason; never rejects. */
  readonly exited: Promise<EnvoyExit>;
  /** The last lines that Envoy wrote to its log (level warning), oldest first. */
  recentLog(): readonly string[];
  /** SIGTERM, and SIGKILL after `graceMs` (default 5,000); resolves when the process has ended. Envoy cuts open connections at SIGTERM. */
  stop(graceMs?: number): Promise<EnvoyExit>;
}

const DEFAULT_GRACE_MS = 5_000;
const KEPT_LINES = 20;

/** Wraps a child process that was started with its stderr piped. */
export function envoyProcess(name: string, adminAddress: string, child: ChildProcess): Omit<EnvoyProcess, "pid"> {
  const exited = exitOf(child);
  const log = lastLines(child);
  const stop = async (graceMs = DEFAULT_GRACE_MS): Promise<EnvoyExit> => {
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
    try {
      return await exited;
    } finally {
      clearTimeout(force);
    }
  };
  return {
    name,
    adminAddress,
    exited,
    recentLog: () => [...log],
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

function exitOf(child: ChildProcess): Promise<EnvoyExit> {
  const { promise, resolve } = Promise.withResolvers<EnvoyExit>();
  child.once("error", (error) => {
    if (child.pid === undefined) resolve({ code: null, signal: null, error });
  });
  // `close` comes after `exit`, when stderr has been read to its end.
  child.once("close", (code, signal) => resolve({ code, signal }));
  return promise;
}

/** Reads the log as it comes, so that Envoy never blocks on a full pipe. */
function lastLines(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  let partial = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (partial + text).split("\n");
    partial = parts.pop() ?? "";
    lines.push(...parts.filter((line) => line !== ""));
    lines.splice(0, lines.length - KEPT_LINES);
  });
  return lines;
}
