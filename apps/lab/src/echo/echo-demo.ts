import { join } from "node:path";
import { writeTextFile } from "@grpc-lb-lab/report";
import type { CommandContext } from "../command-context.ts";
import { describeEnvironment } from "../environment.ts";
import { lockFolder } from "../folder-lock.ts";
import type { OutputFlags } from "../options/output-options.ts";
import { print, printJson } from "../print.ts";
import { say } from "../say.ts";
import { terminalStyle } from "../terminal-style.ts";
import { renderWalkThrough } from "./render-walk-through.ts";
import { startEcho } from "./start-echo.ts";
import { takeStep, WALK_THROUGH, type WalkThroughStep, warmUp } from "./walk-through.ts";
import type { WalkThroughResult } from "./walk-through-result.ts";

/** Takes the walk-through's steps, also if it is interrupted prints and writes those that were taken. Resolves with the exit code. */
export async function runEchoDemo(
  flags: Pick<OutputFlags, "out" | "json">,
  { signal }: CommandContext,
): Promise<number> {
  await using _lock = await lockFolder(flags.out);
  const startedAt = new Date();
  const steps: WalkThroughStep[] = [];
  say("starting echo v1 and v2");
  await using echo = await startEcho(signal);
  await warmUp(echo, signal);
  try {
    for (const step of WALK_THROUGH) {
      say(`${step.id}${step.rules === undefined ? "" : `: ${step.rules}`}`);
      steps.push(await takeStep(echo, step, signal));
    }
  } finally {
    if (steps.length > 0) await publish(flags, resultOf(steps, echo.problems, startedAt));
  }
  return isOk(steps) ? 0 : 1;
}

function resultOf(steps: readonly WalkThroughStep[], problems: readonly string[], startedAt: Date): WalkThroughResult {
  return {
    schema: "grpc-lb-lab/walk-through/1",
    ok: steps.length === WALK_THROUGH.length && isOk(steps),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    environment: describeEnvironment(null),
    problems,
    steps,
  };
}

function isOk(steps: readonly WalkThroughStep[]): boolean {
  return steps.every(({ expectations }) => expectations.every(({ ok }) => ok));
}

async function publish(flags: Pick<OutputFlags, "out" | "json">, result: WalkThroughResult): Promise<void> {
  const file = join(flags.out, "walk-through.json");
  await writeTextFile(file, `${JSON.stringify(result, null, 2)}\n`);
  if (flags.json === true) printJson(result);
  else print(renderWalkThrough(result, terminalStyle(process.stdout, process.env)));
  print(`\nResult: ${file}\n`, process.stderr);
}
