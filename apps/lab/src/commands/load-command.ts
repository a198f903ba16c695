import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

/** `lab load`: the load program that stages start beside a mode's client settings. */
export function loadCommand({ env, signal }: CommandContext): Command {
  return new Command("load")
    .description("makes calls by a specification on stdin, writes a record of each to stdout (what stages start)")
    .addHelpText(
      "after",
      `
The specification is one line of JSON; the target and its policy come from the environment.

Example:
  echo '{"rate":100,"durationMs":2000}' | BACKEND_TARGET=localhost:50051 lab load`,
    )
    .action(async () => {
      const { runLoad } = await import("../load/load.ts");
      await runLoad({ stdin: process.stdin, stdout: process.stdout, env, signal });
    });
}
