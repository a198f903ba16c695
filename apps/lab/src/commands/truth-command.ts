import type { Mode } from "@grpc-lb-lab/stage-api";
import { Command, Option } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import { trialAppOption } from "../options/app-option.ts";
import { modeList } from "../options/mode-options.ts";
import { namesOf } from "../options/named.ts";
import { wholeNumber } from "../options/numbers.ts";
import { policiesOption } from "../options/policy-options.ts";
import { addRecordedOption } from "../options/recorded-option.ts";
import { addStageOptions, checkStageOptions } from "../options/stage-options.ts";
import type { TruthFlags } from "../truth/truth.ts";

/** More would disturb each other's calls on the machines that the lab is for. */
const MOST_AT_ONCE = 4;

/** `lab truth`: every policy in every column, tried. */
export function truthCommand(context: CatalogueContext): Command {
  const { modes, policies } = context.catalogue;
  const command = new Command("truth")
    .description("tries every traffic policy under every mode in every dialect, and prints who obeys")
    .addOption(modesOption(modes))
    .addOption(policiesOption(policies))
    .addOption(trialAppOption())
    .option("--at-once <n>", "how many trials of a column run at once; local stage", wholeNumber(1, MOST_AT_ONCE), 1)
    .option("--record", "keep the outcomes as what is expected from now on (in the folder of --recorded)")
    .option("--no-skips", "a mode whose program cannot be had here fails instead of being skipped")
    .option("--json", "print the table as JSON")
    .option("--out <folder>", "folder for truth.json and truth.html", "out/truth");
  return addRecordedOption(addStageOptions(command))
    .addHelpText(
      "after",
      `
Examples:
  lab truth
  lab truth --modes envoy,sidecar,proxyless --policies fault-abort
  lab truth --modes envoy,sidecar --app echo        held against the same record: a rule knows nothing of the application
  lab truth --stage kubernetes --context kind-lab --record

Exit codes: 0 every outcome is as recorded, or nothing is recorded; 1 another outcome, or a trial that could
not be made; 2 bad input.`,
    )
    .action(async (flags: TruthFlags) => {
      checkStageOptions(command, flags);
      if (flags.stage !== "local" && flags.atOnce > 1) {
        command.error(`error: --at-once has no effect on the ${flags.stage} stage; leave it out`);
      }
      if (flags.record === true && flags.app !== undefined && flags.app !== "greeter") {
        command.error(`error: --record keeps what comes out with the greeter; leave it out with --app ${flags.app}`);
      }
      const { truth } = await import("../truth/truth.ts");
      context.exit(await truth(flags, context));
    });
}

function modesOption(modes: readonly Mode[]): Option {
  return new Option("--modes <list>", `any of ${namesOf(modes).join(",")}`)
    .argParser(modeList(modes))
    .default(modes, "all of them");
}
