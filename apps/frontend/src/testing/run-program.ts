import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { FREE_PORTS, PATIENT } from "./test-frontend.ts";

/** A line of a program's log. */
export interface LogLine {
  readonly msg: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly [field: string]: unknown;
}

/** Starts the frontend as a process, on free loopback ports unless `env` says otherwise. */
export async function runFrontend(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("../main.ts", import.meta.url))], {
    env: { PATH: process.env.PATH, ...FREE_PORTS, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "close");
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  let stderr = "";
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  const line = (matches: (line: LogLine) => boolean) =>
    vi.waitFor(() => {
      const found = lines.find(matches);
      if (found === undefined) throw new Error(`not logged: ${stderr}${JSON.stringify(lines)}`);
      return found;
    }, PATIENT);
  return {
    lines,
    exited,
    line,
    stderr: () => stderr,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves with the port of a protocol once the frontend serves on all. */
    async portOf(protocol: string) {
      await line((one) => one.protocol === "grpc");
      return (await line((one) => one.protocol === protocol)).port;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
