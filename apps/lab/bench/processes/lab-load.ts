import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { CallRow, LoadMessage } from "@grpc-lb-lab/stage/load-lines";
import type { LoadSpec } from "@grpc-lb-lab/stage-api";

const LAB = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));

/** One counted call of `lab load` that was answered. */
export interface TimedCall {
  /** From the beginning of the schedule. */
  readonly startMs: number;
  readonly latencyMs: number;
}

/**
 * Runs `lab load` with a mode's client settings. What it writes is read as it comes, for it would wait otherwise, and understood after its end, for
 * that would take time from what is measured.
 * @throws Error when a call failed, the program did, or `signal` aborted.
 */
export async function runLabLoad(
  clientEnv: Readonly<Record<string, string>>,
  spec: LoadSpec,
  signal: AbortSignal,
): Promise<readonly TimedCall[]> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [LAB, "load"], {
    env: { ...process.env, ...clientEnv },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    signal,
    killSignal: "SIGKILL",
  });
  child.on("error", () => {}); // Of an abort or a failed start; `close` follows.
  child.stdin.on("error", () => {}); // The program's end is told by `close`.
  child.stdin.end(`${JSON.stringify(spec)}\n`);
  const ended = new Promise((resolve) => child.once("close", (code, killer) => resolve(code ?? killer)));
  const [end, records, complaints] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  signal.throwIfAborted();
  if (end !== 0) throw new Error(`lab load ended with ${end}: ${complaints.trim()}`);
  return answeredCalls(records);
}

function answeredCalls(records: string): TimedCall[] {
  const messages = records.trimEnd().split("\n");
  return messages.flatMap((line) => {
    const message = JSON.parse(line) as LoadMessage;
    if (message.type !== "calls") return [];
    const [failed] = message.messages;
    if (failed !== undefined) throw new Error(`a call of lab load ended with status ${failed[0]}: ${failed[1]}`);
    return message.rows.map(timedCall);
  });
}

function timedCall([startMs, latencyMs]: CallRow): TimedCall {
  return { startMs, latencyMs };
}
