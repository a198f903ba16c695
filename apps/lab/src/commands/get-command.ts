import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { RULES_PORT } from "../echo/rules-address.ts";
import { wholeNumber } from "../options/numbers.ts";
import { print, printJson } from "../print.ts";

interface GetFlags {
  readonly json?: boolean;
  readonly rulesPort: number;
}

/** `lab get`: the rules in force of a running echo. */
export function getCommand({ signal, env }: CommandContext): Command {
  return new Command("get")
    .description(
      'shows the rules of a running "lab up proxyless --app echo", what of them is without effect, and what pods reject',
    )
    .option("--json", "print them as JSON instead")
    .option("--rules-port <port>", "port where lab up accepts rules", wholeNumber(1, 65_535), RULES_PORT)
    .addHelpText("after", "\nExample:\n  lab get")
    .action(async ({ json = false, rulesPort }: GetFlags) => {
      const { askRules } = await import("../echo/ask-rules.ts");
      const inForce = await askRules<import("@grpc-lb-lab/stage").RulesInForce>(rulesPort, "/rules", { signal });
      if (json) {
        printJson(inForce);
        return;
      }
      const { renderRules } = await import("../echo/render-rules.ts");
      const { terminalStyle } = await import("../terminal-style.ts");
      print(renderRules(inForce, terminalStyle(process.stdout, env)));
    });
}
