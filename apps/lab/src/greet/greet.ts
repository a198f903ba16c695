import { setTimeout as delay } from "node:timers/promises";
import { statusName } from "@grpc-lb-lab/measure";
import type { CommandContext } from "../command-context.ts";
import type { Caller, Outcome } from "../load/caller.ts";
import { terminalStyle } from "../terminal-style.ts";
import { shareLines } from "./share-lines.ts";

/** Flags of `lab greet`. */
export interface GreetFlags {
  readonly name: string;
  readonly count: number;
  readonly interval: number;
  readonly deadline: number;
  readonly policy?: string;
}

/** `dns://server/name`, where `dns:///name` leaves the server to the system. */
const NAMES_DNS_SERVER = /^dns:\/\/[^/]/;

/** Greets `target` as often as asked and prints who answered. Resolves with 0, or 1 when a call failed. */
export async function greet(target: string, flags: GreetFlags, { signal, env }: CommandContext): Promise<number> {
  // grpc-js honours a DNS server in the target only so, and reads it when it is imported, which is below. Not for other targets: that
  // resolver knows no search domains, without which a pod cannot resolve the short name of a Service.
  if (NAMES_DNS_SERVER.test(target)) env.GRPC_NODE_USE_ALTERNATIVE_RESOLVER ??= "true";
  const { loadClientConfig } = await import("@grpc-lb-lab/rpc");
  const { openCaller } = await import("../load/caller.ts");
  const config = loadClientConfig({
    ...env,
    BACKEND_TARGET: target,
    BACKEND_DEADLINE_MS: String(flags.deadline),
    ...(flags.policy === undefined ? {} : { BACKEND_LB_POLICY: flags.policy }),
  });
  const caller = await openCaller(config, flags.name);
  const calls = new Map<string, number>();
  let failed = 0;
  try {
    for (let number = 1; (flags.count === 0 || number <= flags.count) && !signal.aborted; number++) {
      if (number > 1) await delay(flags.interval, undefined, { signal });
      const outcome = await callUntil(signal, caller.call);
      if (signal.aborted && outcome.servedBy === undefined) break; // Cancelled by Ctrl-C, not failed.
      process.stdout.write(`${answerLine(number, outcome)}\n`);
      if (outcome.servedBy === undefined) failed += 1;
      else calls.set(outcome.servedBy.pod, (calls.get(outcome.servedBy.pod) ?? 0) + 1);
    }
  } catch (error) {
    if (!signal.aborted) throw error; // Ctrl-C ends the greeting, not what it has found.
  } finally {
    caller.close();
  }
  process.stdout.write(`\n${shareLines(calls, terminalStyle(process.stdout, env)).join("\n")}\n`);
  if (failed > 0) process.stdout.write(`${failed} ${failed === 1 ? "call" : "calls"} failed\n`);
  return failed === 0 ? 0 : 1;
}

/** One call, cancelled when `signal` aborts: Ctrl-C does not wait for a deadline. */
function callUntil(signal: AbortSignal, call: Caller): Promise<Outcome> {
  return new Promise((resolve) => {
    const cancel = call((outcome) => {
      signal.removeEventListener("abort", cancel);
      resolve(outcome);
    });
    signal.addEventListener("abort", cancel, { once: true });
  });
}

function answerLine(number: number, { code, message, greeting }: Outcome): string {
  return `#${number} - ${code === 0 ? `Greeting: ${greeting}` : `${statusName(code)}: ${message}`}`;
}
