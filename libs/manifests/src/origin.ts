import type { Manifest } from "./manifest.ts";

/** The way to a field of an object: `["spec", "ports", 0, "name"]`. */
export type FieldPath = readonly (string | number)[];

/** Where an object was read. */
export interface Origin {
  /** As the caller named it: a path, or `stdin`. */
  readonly file: string;
  /** The line, from 1, of the field, or of the nearest one above it that is there. */
  lineOf(path: FieldPath): number;
}

const origins = new WeakMap<Manifest, Origin>();

/** Notes where `manifest` was read; returns it. */
export function readAt(manifest: Manifest, origin: Origin): Manifest {
  origins.set(manifest, origin);
  return manifest;
}

/** Where an object was read; undefined of one that was not read from a text. */
export function originOf(manifest: Manifest): Origin | undefined {
  return origins.get(manifest);
}
