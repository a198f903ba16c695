import { InputError } from "@grpc-lb-lab/input-error";
import type { Mode } from "./modes-table.ts";
import { TRAITS } from "./traits.ts";

/** How a table begins whose first column names traits of a path; the second is derived. */
const HEAD = /^\| the path \| as under \|/;

/** A row of such a table. */
export interface TraitRow {
  /** The heading that it stands below. */
  readonly section: string;
  /** A name of {@link TRAITS}. */
  readonly trait: string;
  /** The whole line. */
  readonly line: string;
  /** Where the line is in the page. */
  readonly index: number;
}

/** The rows of all such tables of a page. A setting may follow the trait: "any; `--drain off`". */
export function traitRows(page: string): TraitRow[] {
  const rows: TraitRow[] = [];
  let [section, isInTable] = ["", false];
  for (const [index, line] of page.split("\n").entries()) {
    if (line.startsWith("#")) section = line.replace(/^#+ /, "");
    isInTable = HEAD.test(line) || (isInTable && line.startsWith("|"));
    if (!isInTable || HEAD.test(line) || /^\|\s*-/.test(line)) continue;
    rows.push({ section, trait: line.split(/[|;]/)[1]?.trim() ?? "", line, index });
  }
  return rows;
}

/**
 * A page with the second column of its tables written anew: which of `modes` the trait of the row holds for.
 * @throws {InputError} when a row's trait is not known.
 */
export function fillTraitTables(page: string, modes: readonly Mode[]): string {
  const lines = page.split("\n");
  for (const row of traitRows(page)) {
    const names = modes.filter(traitOf(row)).map(({ name }) => `\`${name}\``);
    const [, first, , ...others] = row.line.split("|");
    lines[row.index] = ["", first, ` ${cell(names, modes)} `, ...others].join("|");
  }
  return lines.join("\n");
}

/** One line for each mode and table that has no row for it: none, unless the hops of a mode do something new. */
export function uncovered(page: string, modes: readonly Mode[]): string[] {
  return [...Map.groupBy(traitRows(page), ({ section }) => section)].flatMap(([section, rows]) =>
    modes
      .filter((mode) => !rows.some((row) => traitOf(row)(mode)))
      .map(
        ({ name }) =>
          `docs/experiments.md, "${section}": no row holds for ${name}: add one, with its trait in scripts/docs/traits.ts`,
      ),
  );
}

function cell(names: readonly string[], modes: readonly Mode[]): string {
  if (names.length === 0) return "none of these";
  return names.length === modes.length ? "all" : names.join(", ");
}

function traitOf({ trait, section }: TraitRow): (mode: Mode) => boolean {
  const holds = TRAITS[trait];
  if (holds !== undefined) return holds;
  const known = Object.keys(TRAITS).join('", "');
  throw new InputError(`docs/experiments.md, "${section}": there is no trait "${trait}"; there are "${known}"`);
}
