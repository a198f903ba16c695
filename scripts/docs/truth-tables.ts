import { MARK_LEGEND, type PlacedCell, type Recorded } from "@grpc-lb-lab/policies";
import { markdownTable } from "./markdown-table.ts";
import { outcomesTable } from "./outcomes-table.ts";
import type { StageCells } from "./stage-cells.ts";
import { explained, skipped } from "./truth-notes.ts";

/** Everything that docs/truth.md derives: what is asked, what came of it, with which versions, and what was not tried. */
export function truthTables(stages: readonly StageCells[]): string {
  const known = stages.filter(({ recorded }) => recorded.cells.length > 0);
  const unknown = stages.filter((stage) => !known.includes(stage)).map(({ stage }) => stage);
  return [
    ...unknown.map((stage) => `No outcome is committed yet for the ${stage} stage.`),
    ...(known.length === 0 ? [] : ["### Outcomes", outcomesTable(known), `\\${MARK_LEGEND}.`]),
    ...section("### Refused, or an effect other than asked", explained(known)),
    ...section("### Not tried", skipped(known)),
    ...section(
      "### Measured with",
      known.flatMap(({ stage, recorded }) => recordings(stage, recorded)),
    ),
    "### The policies",
    policiesTable(stages.flatMap(({ cells }) => cells)),
  ].join("\n\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, lines.map((line) => `- ${line}`).join("\n")];
}

function recordings(stage: string, { recordings: all, cells }: Recorded): string[] {
  return all.map(({ date, versions }, index) => {
    const of = cells.filter(({ recording }) => recording === index).length;
    const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    return `${stage} stage, ${date}, ${of} cells: ${names.join(", ")}`;
  });
}

function policiesTable(cells: readonly PlacedCell[]): string {
  const policies = [...new Set(cells.map(({ policy }) => policy))];
  const rows = policies.map(({ name, title, asks, parameters, dialects, source }) => [
    `\`${name}\``,
    `${title}: ${asks(parameters)}`,
    Object.keys(dialects(parameters)).join(", "),
    `[${new URL(source).hostname}](${source})`,
  ]);
  return markdownTable(["policy", "what it asks", "can be said in", "defined in"], rows);
}
