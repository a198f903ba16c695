import { dirname, resolve } from "node:path";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

/** `lab report FILE…`: renders result files again, several side by side. */
export function reportCommand({ exit }: CommandContext): Command {
  return new Command("report")
    .description("renders result files again, several side by side")
    .argument("<file...>", "result files, as demo and run write them")
    .option("--html <file>", "write the HTML report there as well")
    .option("--json", "print the results as JSON instead")
    .addHelpText(
      "after",
      "\nExamples:\n  lab report out/demo/result.json\n  lab report before.json after.json --html out/compare.html",
    )
    .action(async (files: string[], options: { html?: string; json?: boolean }) => {
      const { ensureWritable, readResultFile, renderComparison, renderHtml, writeTextFile } = await import(
        "@grpc-lb-lab/report"
      );
      const { terminalStyle } = await import("../terminal-style.ts");
      const named = await Promise.all(files.map(async (file) => ({ name: file, result: await readResultFile(file) })));
      if (options.html !== undefined) await ensureWritable(dirname(options.html));
      const results = named.map(({ result }) => result);
      if (options.json === true)
        process.stdout.write(`${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`);
      else process.stdout.write(renderComparison(named, terminalStyle(process.stdout, process.env)));
      if (options.html !== undefined) {
        await writeTextFile(options.html, renderHtml(named));
        process.stderr.write(`HTML report: ${resolve(options.html)}\n`);
      }
      exit(results.every(({ ok }) => ok) ? 0 : 1);
    });
}
