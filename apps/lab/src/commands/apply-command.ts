import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { RULES_PORT } from "../echo/rules-address.ts";
import { wholeNumber } from "../options/numbers.ts";

/** `lab apply <file...>`: rules for a running echo. */
export function applyCommand(context: CommandContext): Command {
  return new Command("apply")
    .description(
      "applies Istio's rules to a running lab up proxyless --app echo, as kubectl apply -f does in a cluster",
    )
    .argument("<file...>", "YAML of DestinationRules, VirtualServices and PeerAuthentications")
    .option("--rules-port <port>", "where lab up takes rules", wholeNumber(1, 65_535), RULES_PORT)
    .addHelpText("after", "\nExample:\n  lab apply deploy/istio/walkthrough/weights-20-80.yaml")
    .action(async (files: string[], { rulesPort }: { readonly rulesPort: number }) => {
      const { apply } = await import("../echo/apply.ts");
      await apply(files, rulesPort, context);
    });
}
