import type { Manifest } from "../manifest.ts";

/** What a field without fields of its own holds. */
export type Value = string | number | boolean | null;

/** The values of fields that may have fields of their own, and have none. */
const EMPTY = { object: "{}", list: "[]" };

/** Whether a value stands for an object or a list without anything in it. */
export function isEmpty(value: Value | undefined): boolean {
  return value === EMPTY.object || value === EMPTY.list;
}

/**
 * The fields of an object by their paths, down to single values: `spec.replicas`, `metadata.labels[a/b]`. An entry of a list goes by its name
 * where all have one, `env[FAULTS]` then for its `value`, and else by its place; a list of single values is one value. The order of entries
 * with names is not told.
 */
export function fieldsOf(manifest: Manifest): ReadonlyMap<string, Value> {
  return new Map(fields("", manifest));
}

function fields(path: string, value: unknown): [string, Value][] {
  if (typeof value !== "object" || value === null) return [[path, value as Value]];
  if (Array.isArray(value)) return fieldsOfList(path, value);
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, EMPTY.object]];
  return entries.flatMap(([key, one]) => fields(join(path, key), one));
}

function fieldsOfList(path: string, list: readonly unknown[]): [string, Value][] {
  if (list.length === 0) return [[path, EMPTY.list]];
  if (list.every((one) => typeof one !== "object" || one === null)) return [[path, list.join(" ")]];
  if (!areNamed(list)) return list.flatMap((one, index) => fields(`${path}[${index}]`, one));
  return list.flatMap(({ name, ...rest }) => {
    const [[key, value] = [], ...more] = Object.entries(rest);
    return fields(`${path}[${name}]`, key === "value" && more.length === 0 ? value : rest);
  });
}

function areNamed(list: readonly unknown[]): list is { readonly name: string }[] {
  const names = list.map((one) => (one as { name?: unknown } | null)?.name);
  return names.every((name) => typeof name === "string") && new Set(names).size === names.length;
}

/** Names with dots or slashes go in brackets: they would look like a path. */
function join(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
