import { readFileSync } from "node:fs";
import { inKustomize } from "./selection.ts";

/** Why there is a component: the first sentence of its README. */
export function reasonOf(component: string): string {
  return firstSentence(readFileSync(inKustomize(`components/${component}/README.md`), "utf8"));
}

/** The first sentence below the title of a Markdown page, on one line. */
export function firstSentence(page: string): string {
  const [, paragraph = ""] = page.split(/\n{2,}/);
  const line = paragraph.replaceAll("\n", " ").trim();
  return /^.*?[.!?](?= |$)/.exec(line)?.[0] ?? line;
}
