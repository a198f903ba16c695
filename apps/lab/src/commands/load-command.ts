import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { clientSetting } from "../options/client-setting.ts";

interface LoadFlags {
  readonly env: Readonly<Record<string, string>>;
  readonly attached?: boolean;
}

/** `lab load`: the load program that stages start beside a mode's client settings. */
export function loadCommand({ env, signal }: CommandContext): Command {
  return new Command("load")
    .description("makes calls by a specification on stdin, writes a record of each to stdout (what stages start)")
    .option("--env <name=value>", "a client setting instead of the environment's (may be repeated)", clientSetting, {})
    .option("--attached", "the end of stdin ends the load: nobody is left to read what it writes")
    .addHelpText(
      "after",
      `
The specification is one line of JSON; the target and its policy come from the environment.

Example:
  echo '{"rate":100,"durationMs":2000}' | BACKEND_TARGET=localhost:50051 lab load`,
    )
    .action(async ({ env: settings, attached = false }: LoadFlags) => {
      const { runLoad } = await import("../load/load.ts");
      await runLoad({ stdin: process.stdin, stdout: process.stdout, env: { ...env, ...settings }, signal, attached });
    });
}
