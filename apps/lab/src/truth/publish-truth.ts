import { join } from "node:path";
import type { TruthResult } from "@grpc-lb-lab/policies";
import { writeTextFile } from "@grpc-lb-lab/report";
import { print, printJson } from "../print.ts";
import { terminalStyle } from "../terminal-style.ts";
import { renderTruth } from "./render-truth.ts";
import { truthPage } from "./truth-page.ts";

/** Writes `truth.json` and `truth.html`, and prints the table or the JSON. */
export async function publishTruth(
  result: TruthResult,
  { json = false, out }: { readonly json?: boolean; readonly out: string },
): Promise<void> {
  const [data, page] = [join(out, "truth.json"), join(out, "truth.html")];
  await writeTextFile(data, `${JSON.stringify(result, null, 2)}\n`);
  await writeTextFile(page, truthPage(result));
  if (json) printJson(result);
  else print(renderTruth(result, terminalStyle(process.stdout, process.env)));
  print(`\nTable, with the evidence of each cell: ${page}\nResult: ${data}\n`, process.stderr);
}
