import { styleText } from "node:util";
import { diffLines } from "diff";
import { renderOverlay } from "./overlay.ts";

/** What {@link diffOverlays} needs of a terminal. */
export type Screen = Pick<NodeJS.WriteStream, "isTTY" | "columns">;

const NARROWEST = 100;
const USUAL_WIDTH = 160;
/** Unchanged lines that are shown around a change. */
const AROUND = 2;

/** The rendered manifests of two overlays side by side: the objects that differ, and of those the lines around what differs. */
export async function diffOverlays(a: string, b: string, screen: Screen): Promise<string> {
  const [left, right] = await Promise.all([objectsOf(a), objectsOf(b)]);
  const column = Math.floor((Math.max(screen.columns ?? USUAL_WIDTH, NARROWEST) - 3) / 2);
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  const parts = keys.flatMap((key) => {
    const rows = sideBySide(left.get(key) ?? "", right.get(key) ?? "");
    return rows.every(({ same }) => same) ? [] : [heading(key), ...around(rows).map((row) => line(row, column))];
  });
  return [`${pad(a, column)}   ${b}`, ...parts].join("\n");

  function heading(key: string): string {
    return `\n${styled("bold", key)}`;
  }
  function line(row: Row | undefined, width: number): string {
    if (row === undefined) return styled("dim", "  ⋮");
    const text = `${pad(row.left ?? "", width)} ${row.same ? " " : "│"} ${(row.right ?? "").slice(0, width)}`.trimEnd();
    if (row.same) return styled("dim", text);
    return styled(row.left === undefined ? "green" : row.right === undefined ? "red" : "yellow", text);
  }
  function styled(style: Parameters<typeof styleText>[0], text: string): string {
    return screen.isTTY ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** Objects by kind and name. The mode's own name, in namespaces and labels, is no difference. */
async function objectsOf(overlay: string): Promise<Map<string, string>> {
  const manifests = await renderOverlay(overlay, { registry: undefined, tag: undefined });
  const neutral = manifests
    .replaceAll(`lab-${overlay}`, "lab-<mode>")
    .replaceAll(`lab/mode: ${overlay}`, "lab/mode: <mode>");
  return new Map(neutral.split(/^---\n/m).map((object) => [keyOf(object), object.trimEnd()]));
}

function keyOf(object: string): string {
  const kind = /^kind: (\S+)$/m.exec(object)?.[1];
  // The suffix of generated ConfigMaps is a hash of their content.
  const name = /^metadata:\n(?: {2}.*\n)*? {2}name: (\S+)$/m.exec(object)?.[1];
  return `${kind} ${name}`;
}

interface Row {
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly same: boolean;
}

function sideBySide(left: string, right: string): Row[] {
  const rows: Row[] = [];
  let removed: string[] = [];
  const flush = (added: readonly string[]) => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      rows.push({ left: removed[i], right: added[i], same: false });
    }
    removed = [];
  };
  for (const change of diffLines(`${left}\n`, `${right}\n`)) {
    const lines = change.value.replace(/\n$/, "").split("\n");
    if (change.removed) removed = lines;
    else if (change.added) flush(lines);
    else {
      flush([]);
      rows.push(...lines.map((text) => ({ left: text, right: text, same: true })));
    }
  }
  flush([]);
  return rows.filter((row) => row.left !== "" || row.right !== "");
}

/** Rows near a change; undefined stands for those in between. */
function around(rows: readonly Row[]): (Row | undefined)[] {
  const near = rows.map((_, i) => rows.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ same }) => !same));
  return rows.flatMap((row, i) => {
    if (near[i]) return [row];
    return i === 0 || near[i - 1] ? [undefined] : [];
  });
}

function pad(text: string, width: number): string {
  return text.slice(0, width).padEnd(width);
}
