import { columnsOf, type Policy } from "@grpc-lb-lab/policies";
import { Command } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import { trialAppOption } from "../options/app-option.ts";
import { dialectOption } from "../options/dialect-option.ts";
import { modeList } from "../options/mode-options.ts";
import { namesOf } from "../options/named.ts";
import { parameterSetting } from "../options/parameter-option.ts";
import { policyArgument } from "../options/policy-options.ts";
import { addRecordedOption } from "../options/recorded-option.ts";
import { addStageOptions, checkStageOptions } from "../options/stage-options.ts";
import type { PolicyFlags } from "../policy/policy.ts";

/** Options that something must be named for: a policy to show, or modes to try it under. */
const NEEDS_POLICY = ["mode", "dialect", "set"];
const NEEDS_MODE = ["app", "stage", "context", "namespace", "tag", "recorded"];

/** `lab policy [policy]`: the list of traffic policies; what to paste for one; with `--mode`, what comes of it. */
export function policyCommand(context: CatalogueContext): Command {
  const { modes, policies } = context.catalogue;
  const dialects = [...new Set(columnsOf(modes).map(({ dialect }) => dialect))];
  const command = new Command("policy")
    .description(
      "lists the traffic policies; with a name, shows what to paste; with --mode, tries whether it is obeyed",
    )
    .addArgument(policyArgument(policies))
    .option("--mode <list>", `try it under any of ${namesOf(modes).join(",")}`, modeList(modes))
    .addOption(dialectOption(dialects))
    .option("--set <name=value>", "set a parameter of the policy; may be repeated", parameterSetting)
    .addOption(trialAppOption())
    .option("--json", "print as JSON");
  return addRecordedOption(addStageOptions(command))
    .addHelpText(
      "after",
      `
Examples:
  lab policy                                           all of them, and in which dialects each can be said
  lab policy fault-abort --dialect istio               what to paste
  lab policy fault-abort --mode envoy,proxyless        whether it is obeyed
  lab policy fault-abort --mode sidecar --dialect istio --set percent=20
  lab policy request-headers --mode envoy --app echo   with what a request was like when it arrived
  lab policy weights --mode sidecar --app frontend     of calls that go through the lab's frontend
  lab policy fault-abort --mode sidecar --stage kubernetes --context kind-lab

Exit codes: 0 as recorded, or nothing is recorded; 1 another outcome; 2 bad input.`,
    )
    .action(async (policy: Policy | undefined, flags: PolicyFlags) => {
      refuseWithout(command, policy === undefined, NEEDS_POLICY, "a policy");
      refuseWithout(command, flags.mode === undefined, NEEDS_MODE, "--mode");
      if (flags.mode !== undefined) checkStageOptions(command, flags);
      const { policy: run } = await import("../policy/policy.ts");
      context.exit(await run(policy, flags, context));
    });
}

function refuseWithout(command: Command, isMissing: boolean, options: readonly string[], what: string): void {
  const given = options.find((name) => command.getOptionValueSource(name) === "cli");
  if (isMissing && given !== undefined) command.error(`error: --${given} has no effect without ${what}; leave it out`);
}
