import { type Manifest, nameOf } from "../manifest.ts";
import { fieldsOf, isEmpty, type Value } from "./fields.ts";

/** A field that differs; undefined: it is not there. */
export interface FieldChange {
  /** As {@link fieldsOf} has it. */
  readonly path: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** An object that is not the same before and after. */
export type Difference =
  | { readonly kind: "added" | "removed"; readonly manifest: Manifest }
  | { readonly kind: "changed"; readonly manifest: Manifest; readonly fields: readonly FieldChange[] };

/** What differs, object by object, in the order of their kinds and names. An object is known by these. */
export function compare(before: readonly Manifest[], after: readonly Manifest[]): Difference[] {
  const [left, right] = [byName(before), byName(after)];
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  return names.flatMap((name) => differenceOf(left.get(name), right.get(name)) ?? []);
}

function byName(manifests: readonly Manifest[]): Map<string, Manifest> {
  return new Map(manifests.map((manifest) => [nameOf(manifest), manifest]));
}

function differenceOf(before: Manifest | undefined, after: Manifest | undefined): Difference | undefined {
  if (before === undefined) return after && { kind: "added", manifest: after };
  if (after === undefined) return { kind: "removed", manifest: before };
  const fields = changedFields(before, after);
  return fields.length === 0 ? undefined : { kind: "changed", manifest: after, fields };
}

function changedFields(before: Manifest, after: Manifest): FieldChange[] {
  const [left, right] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .map((path) => ({ path, before: left.get(path), after: right.get(path) }))
    .filter(({ before, after }) => before !== after)
    .filter(({ path, before, after }) => !(isFilled(path, before, right) || isFilled(path, after, left)));
}

/** Whether a field is empty here and has fields of its own there, which are told instead. */
function isFilled(path: string, here: Value | undefined, there: ReadonlyMap<string, Value>): boolean {
  const isWithin = (other: string) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`);
  return isEmpty(here) && [...there.keys()].some(isWithin);
}
