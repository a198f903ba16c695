import type { AppliedRules } from "@grpc-lb-lab/stage";
import { print } from "../print.ts";
import { say } from "../say.ts";
import { askRules } from "./ask-rules.ts";
import { readRuleTexts } from "./read-rule-texts.ts";

/**
 * Sends rules to a running `lab up proxyless --app echo`, a file at a time, and prints what was applied or deleted; what is without effect goes to
 * stderr. Rejects with the first file that is refused.
 * @param paths files, folders of files, and `-` for standard input
 */
export async function sendRules(
  action: "apply" | "delete",
  paths: readonly string[],
  { port, signal }: { readonly port: number; readonly signal: AbortSignal },
): Promise<void> {
  const [path, done] = action === "apply" ? ["/rules", "applied"] : ["/rules/delete", "deleted"];
  for (const { name, text } of await readRuleTexts(paths, process.stdin)) {
    const { names, notes } = await askRules<AppliedRules>(port, path, { signal, body: text, what: name });
    for (const rule of names) print(`${rule} ${done}\n`);
    if (action === "apply") for (const note of notes) say(note);
  }
}
