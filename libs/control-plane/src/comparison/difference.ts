import { isDeepStrictEqual } from "node:util";

/** Where two JSON values differ: `virtualHosts[0].domains`; "+" only ours has it, "-" only the recording, "≠" both have it. */
export type DifferencePath = `${"+" | "-" | "≠"} ${string}`;

/** A place where two JSON values differ, and what is there; undefined where nothing is. */
export interface Difference {
  readonly path: DifferencePath;
  readonly ours: unknown;
  readonly recorded: unknown;
}

/** Every difference, at the highest level where one side is absent. */
export function differences(ours: unknown, recorded: unknown, path = ""): Difference[] {
  if (isDeepStrictEqual(ours, recorded)) return [];
  if (Array.isArray(ours) && Array.isArray(recorded)) {
    const length = Math.max(ours.length, recorded.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      memberDifferences(ours, recorded, index, `${path}[${index}]`),
    );
  }
  if (isObject(ours) && isObject(recorded)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(recorded)])];
    return keys.flatMap((key) => memberDifferences(ours, recorded, key, path === "" ? key : `${path}.${key}`));
  }
  return [{ path: `≠ ${path}`, ours, recorded }];
}

function memberDifferences<K extends PropertyKey>(
  ours: Readonly<Record<K, unknown>>,
  recorded: Readonly<Record<K, unknown>>,
  key: K,
  path: string,
): Difference[] {
  if (!(key in recorded)) return [{ path: `+ ${path}`, ours: ours[key], recorded: undefined }];
  if (!(key in ours)) return [{ path: `- ${path}`, ours: undefined, recorded: recorded[key] }];
  return differences(ours[key], recorded[key], path);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
