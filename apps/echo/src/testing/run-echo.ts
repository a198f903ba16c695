import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { PATIENT } from "./echo-call.ts";
import { FREE_PORTS } from "./test-echo.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A line of the echo application's log. */
export interface LogLine {
  readonly msg: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly [field: string]: unknown;
}

/** Starts the echo application as a process, on free loopback ports unless `env` says otherwise. */
export async function runEcho(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], {
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
  return {
    lines,
    exited,
    stderr: () => stderr,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves with the first port of a protocol once the application serves on all. */
    portOf: (protocol: string) =>
      vi.waitFor(() => {
        const found = lines.find((line) => line.protocol === protocol)?.port;
        if (found === undefined || !lines.some((line) => line.protocol === "grpc"))
          throw new Error(`does not serve: ${stderr}${JSON.stringify(lines)}`);
        return found;
      }, PATIENT),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
