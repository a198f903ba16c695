import type { Command } from "commander";
import { wholeNumber } from "./numbers.ts";

/** Where results go, and what makes a run repeatable. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly out: string;
  readonly seed: number;
}

const MOST_SEED = 2 ** 32 - 1;

/** Adds `--json`, `--out` and `--seed`. */
export function addOutputOptions(command: Command, defaultFolder: string): Command {
  return command
    .option("--json", "print the result as JSON instead of the comparison")
    .option("--out <folder>", "folder for result.json and report.html", defaultFolder)
    .option("--seed <n>", "seed of all random picks, to repeat them", wholeNumber(0, MOST_SEED), 1);
}
