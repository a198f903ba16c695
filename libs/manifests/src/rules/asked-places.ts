import type { AskedField } from "@grpc-lb-lab/policies";
import type { Manifest } from "../manifest.ts";
import type { FieldPath } from "../origin.ts";

/** Where a manifest has a field, each item of a list by itself; empty where it has it nowhere, or with another value. */
export function askedPlaces(manifest: Manifest, { path, value }: AskedField): FieldPath[] {
  const steps = path.split(".").flatMap((step) => (step.endsWith("[]") ? [step.slice(0, -2), EACH] : [step]));
  return placesOf(manifest, steps, value);
}

/** Every item of a list. */
const EACH = Symbol("each item");

function placesOf(at: unknown, [step, ...rest]: readonly (string | symbol)[], value: AskedField["value"]): FieldPath[] {
  if (at === undefined || at === null) return [];
  if (step === undefined) return value === undefined || at === value ? [[]] : [];
  const below = (key: string | number, item: unknown) =>
    placesOf(item, rest, value).map((place): FieldPath => [key, ...place]);
  if (typeof step === "symbol") return Array.isArray(at) ? at.flatMap((item, index) => below(index, item)) : [];
  return typeof at === "object" ? below(step, (at as Readonly<Record<string, unknown>>)[step]) : [];
}
