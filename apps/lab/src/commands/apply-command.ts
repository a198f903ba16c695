import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { RULES_PORT } from "../echo/rules-address.ts";
import { wholeNumber } from "../options/numbers.ts";

interface RulesFlags {
  readonly filename?: readonly string[];
  readonly rulesPort: number;
}

/** `lab apply <file...>`: rules for a running echo. */
export function applyCommand(context: CommandContext): Command {
  return rulesCommand(context, "apply")
    .description(
      'applies Istio rules to a running "lab up proxyless --app echo", as kubectl apply -f does in a cluster',
    )
    .addHelpText(
      "after",
      "\nExamples:\n  lab apply deploy/istio/walkthrough/weights-20-80.yaml\n  lab apply -f - < rules.yaml\n  lab apply -f rules/",
    );
}

/** `lab delete <file...>`: takes rules away again. */
export function deleteCommand(context: CommandContext): Command {
  return rulesCommand(context, "delete")
    .description(
      'deletes Istio rules of a running "lab up proxyless --app echo", as kubectl delete -f does in a cluster',
    )
    .addHelpText("after", "\nExample:\n  lab delete deploy/istio/walkthrough/weights-20-80.yaml");
}

function rulesCommand({ signal }: CommandContext, action: "apply" | "delete"): Command {
  return new Command(action)
    .argument(
      "[path...]",
      "files or folders of DestinationRules, VirtualServices and PeerAuthentications; - is standard input",
    )
    .option("-f, --filename <path...>", "the same, as kubectl has it")
    .option("--rules-port <port>", "port where lab up accepts rules", wholeNumber(1, 65_535), RULES_PORT)
    .action(async (paths: string[], { filename = [], rulesPort }: RulesFlags, command: Command) => {
      const all = [...paths, ...filename];
      if (all.length === 0) command.error(`error: name the rules to ${action}: a file, a folder, or -`);
      const { sendRules } = await import("../echo/apply.ts");
      await sendRules(action, all, { port: rulesPort, signal });
    });
}
