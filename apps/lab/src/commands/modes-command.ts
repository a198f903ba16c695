import { MODE_NAMES } from "@grpc-lb-lab/stage/mode";
import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { oneOf } from "../options/choices.ts";

/** `lab modes [mode]`: the table of modes, or what to paste for one. */
export function modesCommand(_context: CommandContext): Command {
  return new Command("modes")
    .description("the modes: who balances, from what, what it costs; with a name: what to paste")
    .addArgument(new Argument("[mode]", `one of ${MODE_NAMES.join(", ")}`).argParser(oneOf("mode", MODE_NAMES)))
    .option("--json", "as JSON")
    .addHelpText("after", "\nExamples:\n  lab modes\n  lab modes headless")
    .action(async (mode: (typeof MODE_NAMES)[number] | undefined, { json = false }: { json?: boolean }) => {
      const { modeDetails, modesTable } = await import("../modes/modes-text.ts");
      process.stdout.write(mode === undefined ? modesTable({ json }) : await modeDetails(mode, { json }));
    });
}
