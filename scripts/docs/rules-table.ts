import { RULES } from "@grpc-lb-lab/manifests";
import { markdownTable } from "./markdown-table.ts";

/** The rules of `lab check`: name, why it matters, what shows it, and where it is discussed. */
export function rulesTable(): string {
  const rows = RULES.map(({ name, why, shownBy = "", source }) => [
    `\`${name}\``,
    why,
    shownBy === "" ? "" : `\`${shownBy}\``,
    linkTo(source),
  ]);
  return markdownTable(["rule", "why it matters", "shown by", "discussed in"], rows);
}

/** `grpc/grpc-go#4650`, or an address. */
function linkTo(source: string): string {
  const issue = /^([^#]+)#(\d+)$/.exec(source);
  if (issue !== null && !source.startsWith("https:"))
    return `[${source}](https://github.com/${issue[1]}/issues/${issue[2]})`;
  return `[${new URL(source).hostname}](${source})`;
}
