import {
  asWithoutRule,
  type CellKey,
  keyOf,
  keyOfPlace,
  outcomeMark,
  recordedCell,
  shortDialect,
} from "@grpc-lb-lab/policies";
import { undisturbedPath } from "@grpc-lb-lab/stage-api";
import { markdownTable } from "./markdown-table.ts";
import type { StageCells } from "./stage-cells.ts";
import { noteOf } from "./truth-notes.ts";

/** The outcomes of stages in one table: where they differ, or not all stages have one, with the stages' names. */
export function outcomesTable(stages: readonly StageCells[]): string {
  const cells = stages[0]?.cells ?? [];
  const columns = [...new Set(cells.map(({ column }) => column))];
  const policies = [...new Set(cells.map(({ policy }) => policy))];
  const head = columns.map(({ mode, dialect }) => `\`${mode.name}\`<br>${shortDialect(dialect)}`);
  const rows = policies.map((policy) => [
    `\`${policy.name}\``,
    ...columns.map(({ mode, dialect }) => cellText(stages, { policy: policy.name, mode: mode.name, dialect })),
  ]);
  return markdownTable(["policy", ...head], rows);
}

/** What tells nothing of a rule: it was not tried there. */
const SKIPPED = "skipped";

function cellText(stages: readonly StageCells[], key: CellKey): string {
  const shown = stages.map((stage) => ({ stage: stage.stage, text: stageText(stage, key) }));
  const told = shown.filter(({ text }) => text !== SKIPPED);
  const texts = [...new Set(told.map(({ text }) => withoutLink(text)))];
  if (texts.length === 0) return SKIPPED;
  if (texts.length === 1 && told.length === shown.length) return told[0]?.text ?? "";
  return told.map(({ stage, text }) => `${text} (${stage})`).join("<br>");
}

function stageText({ stage, cells, recorded }: StageCells, key: CellKey): string {
  const placed = cells.find((cell) => keyOf(keyOfPlace(cell)) === keyOf(key));
  if (placed === undefined || placed.cell.is === "not expressible") return "–";
  if (placed.cell.is === "skipped") return SKIPPED;
  const found = recordedCell(recorded, key, placed.policy.parameters);
  if (found === undefined) return "no run";
  const note = noteOf(stage, found);
  const isAsEver = asWithoutRule(placed.policy, undisturbedPath(placed.column.mode), found.outcome);
  return note === undefined
    ? outcomeMark({ ...found, asWithoutRule: isAsEver })
    : `[${found.outcome}](#${note.anchor})`;
}

function withoutLink(text: string): string {
  return text.replace(/^\[(.*)\]\(.*\)$/, "$1");
}
