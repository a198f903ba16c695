import { KUBERNETES } from "@grpc-lb-lab/stage/abilities";
import type { Mode } from "@grpc-lb-lab/stage-api";
import { Command } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import { addExperimentsOption } from "../options/experiment-options.ts";
import { modeArgument } from "../options/mode-options.ts";
import type { VerifyFlags } from "../verify/verify.ts";

/** `lab verify <mode>`: the experiments against a mode that is deployed in a cluster. */
export function verifyCommand(context: CatalogueContext): Command {
  const verify = new Command("verify")
    .description("runs the experiments on a mode that is deployed in a cluster, then restores its state")
    .addArgument(modeArgument("<mode>", context.catalogue.modes))
    .requiredOption("--context <name>", "a context of the kubeconfig file; the current context is never the default")
    .option("--namespace <name>", "namespace of the mode (default: lab-<mode>)");
  return addExperimentsOption(verify, context.catalogue, KUBERNETES)
    .option("--main-claim", "run only the experiment that shows the mode's main claim, which is quick")
    .option("--json", "print the result as JSON instead of the comparison")
    .option("--out <folder>", "folder for result.json and report.html (default: out/verify-<mode>)")
    .addHelpText(
      "after",
      `
Examples:
  lab verify headless --context kind-lab
  lab verify proxyless --context kind-lab --experiments share,pod-crash
  lab verify watch --context kind-lab --main-claim`,
    )
    .action(async (mode: Mode, flags: VerifyFlags) => {
      const { verify: verifyMode } = await import("../verify/verify.ts");
      context.exit(await verifyMode(mode, flags, context));
    });
}
