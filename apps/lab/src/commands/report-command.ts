import { dirname, resolve } from "node:path";
import { Command } from "commander";
import type { CatalogueContext } from "../command-context.ts";
import { print, printJson } from "../print.ts";

/** `lab report FILE…`: renders result files again, several side by side. */
export function reportCommand({ exit, catalogue }: CatalogueContext): Command {
  return new Command("report")
    .description("renders result files again, several side by side")
    .argument("<file...>", "result files that demo and run have written")
    .option("--html <file>", "also write the HTML report, to this file")
    .option("--json", "print the results as JSON instead")
    .addHelpText(
      "after",
      "\nExamples:\n  lab report out/demo/result.json\n  lab report before.json after.json --html out/compare.html",
    )
    .action(async (files: string[], options: { html?: string; json?: boolean }) => {
      const { ensureWritable, readResultFile, renderComparison, writeTextFile } = await import("@grpc-lb-lab/report");
      const { terminalStyle } = await import("../terminal-style.ts");
      const { withFigures } = await import("../with-figures.ts");
      const named = await Promise.all(
        files.map(async (file) => ({ name: file, result: withFigures(await readResultFile(file), catalogue) })),
      );
      if (options.html !== undefined) await ensureWritable(dirname(options.html));
      const results = named.map(({ result }) => result);
      if (options.json === true) printJson(results.length === 1 ? results[0] : results);
      else print(renderComparison(named, terminalStyle(process.stdout, process.env)));
      if (options.html !== undefined) {
        const { renderHtml } = await import("@grpc-lb-lab/report/html");
        await writeTextFile(options.html, renderHtml(named));
        print(`HTML report: ${resolve(options.html)}\n`, process.stderr);
      }
      exit(results.every(({ ok }) => ok) ? 0 : 1);
    });
}
