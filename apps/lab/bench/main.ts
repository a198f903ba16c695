import { runProgram } from "../src/run-program.ts";
import { parseBenchOptions } from "./bench-command.ts";

/** Exit codes: 0 measured, 1 something failed, 2 bad input, 130 interrupted. */
await runProgram("bench", async (signal) => {
  const options = parseBenchOptions(process.argv);
  if (typeof options === "number") return options;
  const { runBench } = await import("./run-bench.ts");
  const { renderReport } = await import("./render-report.ts");
  const say = (line: string) => console.error(`bench: ${line}`);
  const report = await runBench({ ...options, signal, say });
  console.log(options.json ? JSON.stringify(report, undefined, 2) : renderReport(report));
  return 0;
});
