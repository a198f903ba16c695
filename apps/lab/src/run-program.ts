import { inspect } from "node:util";
import { isInputError } from "@grpc-lb-lab/input-error";
import { Interrupts } from "./interrupts.ts";
import { print } from "./print.ts";

/**
 * Runs a program to its exit code: the one that `run` resolves with; 2 with one line on bad input, 1 with the stack on a failure of the
 * program itself, and after an interrupt what shells expect of its signal. `name` begins the line.
 */
export async function runProgram(name: string, run: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const interrupts = new Interrupts(process);
  try {
    process.exitCode = await run(interrupts.signal);
  } catch (error) {
    if (interrupts.signal.aborted) {
      process.exitCode = interrupts.exitCode;
    } else if (isInputError(error)) {
      print(`${name}: ${error.message}\n`, process.stderr);
      process.exitCode = 2;
    } else {
      print(`${inspect(error)}\n`, process.stderr);
      process.exitCode = 1;
    }
  }
  interrupts.end();
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write("", resolve));
  // Left to end by itself, Node 24 has been seen to spin for ever while it closed what handles were left (`Environment::CleanupHandles`).
  process.exit();
}
