import { Command, Option } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import { oneOf } from "../options/choices.ts";
import { namesOf } from "../options/named.ts";
import { print, printJson } from "../print.ts";

interface MatrixFlags {
  readonly json?: boolean;
  readonly stage?: string;
  readonly list?: "modes" | "experiments";
}

/** `lab matrix`: which experiment runs under which mode on which stage, and why not. */
export function matrixCommand({ catalogue }: CatalogueContext): Command {
  const stages = namesOf(catalogue.stages);
  return new Command("matrix")
    .description("shows which experiment runs under which mode on which stage, and what the skipped ones need")
    .option("--stage <stage>", `one of ${stages.join(", ")} (default: all of them)`, oneOf("stage", stages))
    .addOption(new Option("--json", "print every cell as JSON").conflicts("list"))
    .option(
      "--list <what>",
      "print the names of the modes or experiments that run, one per line, for scripts",
      oneOf("list", ["modes", "experiments"]),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  lab matrix\n  lab matrix --stage containers --json\n  lab matrix --stage kubernetes --list modes",
    )
    .action(async ({ json = false, stage, list }: MatrixFlags) => {
      const { matrix } = await import("../matrix/matrix.ts");
      const chosen = catalogue.stages.filter(({ name }) => stage === undefined || name === stage);
      const cells = matrix({ ...catalogue, stages: chosen });
      if (list !== undefined) {
        const running = cells.filter(({ cell }) => cell.runs);
        const names = running.map(({ mode, experiment }) => (list === "modes" ? mode : experiment).name);
        print(`${[...new Set(names)].join("\n")}\n`);
        return;
      }
      const { matrixRows, renderMatrix } = await import("../matrix/render-matrix.ts");
      const { terminalStyle } = await import("../terminal-style.ts");
      if (json) printJson(matrixRows(cells));
      else print(renderMatrix(cells, terminalStyle(process.stdout, process.env)));
    });
}
