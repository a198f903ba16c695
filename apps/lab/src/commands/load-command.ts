import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { clientSetting } from "../options/client-setting.ts";
import { say } from "../say.ts";

interface LoadFlags {
  readonly env: Readonly<Record<string, string>>;
  readonly attached?: boolean;
}

/** `lab load`: the load program that stages start beside a mode's client settings. */
export function loadCommand({ env, signal }: CommandContext): Command {
  return new Command("load")
    .description("makes the calls specified on stdin and writes a record of each to stdout (stages start this)")
    .option(
      "--env <name=value>",
      "a client setting that overrides the environment (may be repeated)",
      clientSetting,
      {},
    )
    .option("--attached", "end the load when stdin ends, because nobody reads its output any more")
    .addHelpText(
      "after",
      `
The specification is one line of JSON; the target and its policy come from the environment.

Example:
  echo '{"rate":100,"durationMs":2000}' | BACKEND_TARGET=localhost:50051 lab load`,
    )
    .action(async ({ env: settings, attached = false }: LoadFlags) => {
      const { runLoad } = await import("../load/load.ts");
      const io = { stdin: process.stdin, stdout: process.stdout, env: { ...env, ...settings }, signal, attached };
      const schedule = await runLoad(io);
      if (schedule?.clientWasLimit !== true) return;
      const { scheduleText } = await import("@grpc-lb-lab/report");
      say(`the client was the limit: it ${scheduleText(schedule)}`);
    });
}
