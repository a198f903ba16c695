import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage/mode";
import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { listOf, oneOf } from "../options/choices.ts";
import { EXPERIMENT_NAMES, METERED_EXPERIMENT_NAMES } from "../options/experiment-names.ts";
import type { VerifyFlags } from "../verify/verify.ts";

const NAMES = [...EXPERIMENT_NAMES, ...METERED_EXPERIMENT_NAMES];

/** `lab verify <mode>`: the experiments against a mode that is deployed in a cluster. */
export function verifyCommand(context: CommandContext): Command {
  return new Command("verify")
    .description("runs the experiments against a mode that is deployed in a cluster, and leaves it as it was")
    .addArgument(new Argument("<mode>", `one of ${MODE_NAMES.join(", ")}`).argParser(oneOf("mode", MODE_NAMES)))
    .requiredOption("--context <name>", "a context of the kubeconfig file; the current one is never taken for it")
    .option("--namespace <name>", "where the mode is deployed (default: lab-<mode>)")
    .option("--experiments <list>", `of ${NAMES.join(",")}`, listOf("experiment", NAMES), [...NAMES])
    .option("--json", "print the result as JSON instead of the comparison")
    .option("--out <folder>", "where result.json and report.html are written (default: out/verify-<mode>)")
    .addHelpText(
      "after",
      `
Examples:
  lab verify headless --context kind-lab
  lab verify proxyless --context kind-lab --experiments share,pod-crash`,
    )
    .action(async (mode: ModeName, flags: VerifyFlags) => {
      const { verify } = await import("../verify/verify.ts");
      context.exit(await verify(mode, flags, context));
    });
}
