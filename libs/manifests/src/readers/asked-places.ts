import type { AskedField } from "@grpc-lb-lab/policies";
import type { Manifest } from "../manifest.ts";
import { oncePer } from "../once-per.ts";
import type { FieldPath } from "../origin.ts";

/** What places are asked of: of a policy's field, or of one that is known otherwise. */
export type Asked = Pick<AskedField, "kind" | "path" | "value">;

const POLICY = "spec.trafficPolicy.";
/** Where a DestinationRule may say the same: for all, for a subset, and each for one port. */
const POLICIES = ["spec.trafficPolicy.", "spec.subsets[].trafficPolicy."].flatMap((policy) => [
  policy,
  `${policy}portLevelSettings[].`,
]);

/** Where a manifest has a field, each item of a list or map by itself; empty where it has it nowhere, or with another value. */
export function askedPlaces(manifest: Manifest, asked: Asked): FieldPath[] {
  if (manifest.kind !== asked.kind) return [];
  return pathsOf(asked).flatMap((steps) => placesOf(manifest, steps, asked.value));
}

const pathsOf = oncePer(({ path }: Asked) => {
  const paths = path.startsWith(POLICY) ? POLICIES.map((policy) => policy + path.slice(POLICY.length)) : [path];
  return paths.map(stepsOf);
});

/** Every item of a list, and every value of a map. */
const ITEM = Symbol("each item");
const VALUE = Symbol("each value");

function stepsOf(path: string): (string | symbol)[] {
  return path.split(".").flatMap((step): (string | symbol)[] => {
    if (step.endsWith("[]")) return [step.slice(0, -2), ITEM];
    return step.endsWith("{}") ? [step.slice(0, -2), VALUE] : [step];
  });
}

function placesOf(at: unknown, [step, ...rest]: readonly (string | symbol)[], value: AskedField["value"]): FieldPath[] {
  if (at === undefined || at === null) return [];
  if (step === undefined) return value === undefined || at === value ? [[]] : [];
  const below = (key: string | number, item: unknown) =>
    placesOf(item, rest, value).map((place): FieldPath => [key, ...place]);
  if (step === ITEM) return Array.isArray(at) ? at.flatMap((item, index) => below(index, item)) : [];
  if (typeof at !== "object" || Array.isArray(at)) return [];
  if (typeof step === "symbol") return Object.entries(at).flatMap(([key, item]) => below(key, item));
  return below(step, (at as Readonly<Record<string, unknown>>)[step]);
}

/** A place as people write it: `spec.http[1].mirror`. */
export function placeText(place: FieldPath): string {
  return place
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}

/** What a manifest has at a place. */
export function valueAt(manifest: Manifest, place: FieldPath): unknown {
  return place.reduce<unknown>(
    (at, step) => (at as Readonly<Record<string | number, unknown>> | undefined)?.[step],
    manifest,
  );
}
