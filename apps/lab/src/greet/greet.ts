import { setTimeout as delay } from "node:timers/promises";
import { statusName } from "@grpc-lb-lab/measure";
import type { CommandContext } from "../command-context.ts";
import { BackOff } from "../load/back-off.ts";
import type { Caller, Outcome } from "../load/caller.ts";
import { print } from "../print.ts";
import { terminalStyle } from "../terminal-style.ts";
import { shareLines } from "./share-lines.ts";

/** Flags of `lab greet`. */
export interface GreetFlags {
  readonly name: string;
  readonly count: number;
  readonly interval: number;
  readonly deadline: number;
  readonly policy?: string;
  /** How many pods must answer a round of `count` calls; 0: nobody. Without it one round is made, whoever answers. */
  readonly expectPods?: number;
  /** ms in which a round must be as `expectPods` says. Default: a minute. */
  readonly within?: number;
}

/** `dns://server/name`, where `dns:///name` leaves the server to the system. */
const NAMES_DNS_SERVER = /^dns:\/\/[^/]/;

const WITHIN_MS = 60_000;
/** However short the interval, calls that fail one after the other are no more than ten a second. */
const LONGEST_PAUSE_MS = 100;

/** What the calls of a round came to. */
interface Round {
  /** Answered calls by pod. */
  readonly calls: Map<string, number>;
  failed: number;
}

/** Greets `target` as often as asked and prints who answered. Resolves with 0, or 1 when a call failed or the pods are not those expected. */
export async function greet(target: string, flags: GreetFlags, { signal, env }: CommandContext): Promise<number> {
  const caller = await openTarget(target, flags, env);
  const style = terminalStyle(process.stdout, env);
  const backOff = new BackOff(LONGEST_PAUSE_MS);
  const greetRound = async (until: AbortSignal) => {
    const round = await greetings(caller.call, flags, backOff, until);
    print(`\n${[...shareLines(round.calls, style), ...failureLines(round)].join("\n")}\n`);
    return round;
  };
  try {
    if (flags.expectPods !== undefined) return await greetUntil(flags.expectPods, flags, greetRound, signal);
    return (await greetRound(signal)).failed === 0 ? 0 : 1;
  } finally {
    caller.close();
  }
}

/** Greets round after round until as many pods answer as expected, and resolves with 0; or with 1 when that is not in time. */
async function greetUntil(
  expectPods: number,
  { interval, within = WITHIN_MS }: GreetFlags,
  greetRound: (until: AbortSignal) => Promise<Round>,
  signal: AbortSignal,
): Promise<number> {
  const timeout = AbortSignal.timeout(within);
  const until = AbortSignal.any([signal, timeout]);
  let holds = false;
  while (!holds && !until.aborted) {
    const round = await greetRound(until);
    holds = !until.aborted && isAsExpected(round, expectPods);
    if (!holds) await delay(interval, undefined, { signal: until }).catch(() => {}); // Aborted: the loop ends.
  }
  if (holds || timeout.aborted)
    print(`${holds ? "as expected" : `NOT as expected within ${within} ms`}: ${answering(expectPods)}\n`);
  return holds ? 0 : 1;
}

function isAsExpected({ calls, failed }: Round, expectPods: number): boolean {
  return calls.size === expectPods && (expectPods === 0 || failed === 0);
}

function answering(pods: number): string {
  return pods === 0 ? "nobody answers" : `all calls are answered, by ${pods} ${pods === 1 ? "pod" : "pods"}`;
}

async function openTarget(target: string, flags: GreetFlags, env: CommandContext["env"]) {
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
  return openCaller(config, { app: "greeter", name: flags.name });
}

/** Makes `count` calls, without end when it is 0, fewer when `signal` aborts, and prints each answer. */
async function greetings(
  call: Caller,
  { count, interval }: GreetFlags,
  backOff: BackOff,
  signal: AbortSignal,
): Promise<Round> {
  const round: Round = { calls: new Map(), failed: 0 };
  try {
    for (let number = 1; (count === 0 || number <= count) && !signal.aborted; number++) {
      if (number > 1) await delay(interval, undefined, { signal });
      const outcome = await callUntil(signal, call);
      if (signal.aborted && outcome.servedBy === undefined) break; // Cancelled by Ctrl-C, not failed.
      print(`${answerLine(number, outcome)}\n`);
      if (outcome.servedBy === undefined) round.failed += 1;
      else round.calls.set(outcome.servedBy.pod, (round.calls.get(outcome.servedBy.pod) ?? 0) + 1);
      const pauseMs = backOff.after(outcome.servedBy === undefined, interval);
      if (pauseMs > 0) await delay(pauseMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error; // Ctrl-C ends the greeting, not what it has found.
  }
  return round;
}

function failureLines({ failed }: Round): string[] {
  return failed === 0 ? [] : [`${failed} ${failed === 1 ? "call" : "calls"} failed`];
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
