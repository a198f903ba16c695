import { Command, CommanderError, Option } from "commander";
import { listOf } from "../src/options/choices.ts";
import { SECTION_NAMES, type SectionName, USUAL_SECTIONS } from "./report.ts";

/** The command line of the bench as it takes effect. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly json: boolean;
  readonly only: readonly SectionName[];
}

/** Parses the command line. A number is an exit code: of `--help` 0, of a wrong command line 2. Both have printed what there is to say. */
export function parseBenchOptions(argv: readonly string[]): BenchOptions | number {
  const command = new Command("bench")
    .description("Measures the lab itself on this machine in less than 4 minutes. Every figure comes from this run.")
    .addOption(
      new Option("--only <sections>", `comma-separated: ${SECTION_NAMES.join(", ")}`)
        .argParser(listOf("section", SECTION_NAMES))
        .default(USUAL_SECTIONS, "all but slow-pod, which takes 13 minutes"),
    )
    .option("--quick", "fewer and shorter repeats, to try the bench; do not quote its figures", false)
    .option("--json", "print the report as JSON instead of tables", false)
    .showHelpAfterError("Run with --help to see what is allowed.")
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false)
    .exitOverride();
  try {
    return command.parse([...argv]).opts<BenchOptions>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

const EXAMPLES = `
Examples:
  npm run bench
  npm run bench -- --only throughput,push-to-ack
  npm run bench -- --only slow-pod               clients' policies beside Envoy's, in 13 minutes
  npm run --silent bench -- --json > bench.json

Exit codes: 0 measured (missed targets are marked), 1 something failed, 2 bad input.`;
