import type { Mode } from "@grpc-lb-lab/stage-api";
import { Command } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import { modeArgument } from "../options/mode-options.ts";
import { print, printJson } from "../print.ts";

/** `lab modes [mode]`: the table of modes, or what to paste for one. */
export function modesCommand({ catalogue }: CatalogueContext): Command {
  return new Command("modes")
    .description("lists the modes: who balances, from what, at what cost; with a name, shows what to paste")
    .addArgument(modeArgument("[mode]", catalogue.modes))
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExamples:\n  lab modes\n  lab modes headless")
    .action(async (mode: Mode | undefined, { json = false }: { json?: boolean }) => {
      const { modeDetails, modesTable, modeText, textsOf } = await import("../modes/modes-text.ts");
      const { terminalStyle } = await import("../terminal-style.ts");
      const style = terminalStyle(process.stdout, process.env);
      if (json) printJson(mode === undefined ? catalogue.modes.map(textsOf) : await modeDetails(mode));
      else print(mode === undefined ? modesTable(catalogue.modes, style) : await modeText(mode, style));
    });
}
