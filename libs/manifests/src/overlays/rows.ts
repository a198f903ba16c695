import { type Manifest, nameOf } from "../manifest.ts";
import type { Difference, FieldChange } from "./compare.ts";
import { describeObject, inOrder } from "./describe-object.ts";
import type { Value } from "./fields.ts";
import { code, codes, isShort } from "./markdown.ts";

/** Objects that differ in the same way, and the ways, in Markdown. */
export interface Row {
  /** `Service backend, echo`, the names in code font. */
  readonly objects: string;
  readonly lines: readonly string[];
}

/** Differences as rows: what several objects have in common is told once, and all that the same objects have in common in one row. */
export function rowsOf(differences: readonly Difference[]): Row[] {
  const objectsByLine = Map.groupBy(
    differences
      .toSorted(newFirst)
      .flatMap((difference) => linesOf(difference).map((line) => ({ line, manifest: difference.manifest }))),
    ({ line }) => line,
  );
  const linesByObjects = Map.groupBy(objectsByLine, ([, told]) => told.map(({ manifest }) => nameOf(manifest)).join());
  return [...linesByObjects.values()].map((group) => ({
    objects: objectsOf(group[0]?.[1].map(({ manifest }) => manifest) ?? []),
    lines: group.map(([line]) => line),
  }));
}

const KINDS_OF_DIFFERENCE: readonly Difference["kind"][] = ["added", "removed", "changed"];

function newFirst(a: Difference, b: Difference): number {
  const byKind = KINDS_OF_DIFFERENCE.indexOf(a.kind) - KINDS_OF_DIFFERENCE.indexOf(b.kind);
  return byKind === 0 ? inOrder(a.manifest, b.manifest) : byKind;
}

/** `Service backend, echo`, the names in code font; kinds one after the other. */
export function objectsOf(manifests: readonly Manifest[]): string {
  return [...Map.groupBy(manifests, ({ kind }) => kind)]
    .map(([kind, ofKind]) => `${kind} ${codes(ofKind.map(({ metadata }) => metadata.name))}`)
    .join(", ");
}

function linesOf(difference: Difference): string[] {
  if (difference.kind === "changed") return difference.fields.map(lineOf);
  const what = describeObject(difference.manifest);
  const word = difference.kind === "added" ? "new" : "gone";
  return [what === undefined ? word : `${word}: ${what}`];
}

function lineOf({ path, before, after }: FieldChange): string {
  const field = shortened(path);
  if (before === undefined) return `adds ${shown(field, after)}`;
  if (after === undefined) return `removes ${shown(field, before)}`;
  const [from, to] = [String(before), String(after)];
  return isShort(from + to) ? `${code(field)}: ${code(from)} → ${code(to)}` : `changes ${code(field)}`;
}

function shown(field: string, value: Value | undefined): string {
  return code(isShort(String(value)) ? `${field}: ${value}` : field);
}

/** Most of what differs is in pod templates, in the container `app` of each; their paths are long and say little. */
function shortened(path: string): string {
  return path
    .replace(/^spec\.template\.(spec|metadata)\b/, "pod")
    .replace(/^pod\.containers\[app\]\./, "app.")
    .replace(/^metadata\./, "");
}
