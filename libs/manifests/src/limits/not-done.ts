import type { Recorded, RecordedCell } from "@grpc-lb-lab/policies";
import type { Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { FieldPath } from "../origin.ts";
import { askedPlaces, placeText, valueAt } from "../readers/asked-places.ts";
import type { Reader } from "../readers/reader.ts";
import { readersOf } from "../readers/readers-of.ts";
import type { Finding } from "../rule.ts";
import { FIXES } from "./instead.ts";
import type { Limit } from "./limit.ts";
import { remedyOf } from "./remedy.ts";
import { cellOf, FIELDS, type FieldOfPolicy, isNotDone, seenText, shownBy } from "./seen.ts";

/** A field, and those among the manifests who do not do what it asks. */
interface NotDone {
  readonly place: FieldPath;
  /** What they do instead, after their name. */
  readonly effect: string;
  readonly rest: Pick<Finding, "remedy" | "fix" | "source" | "seen" | "shownBy">;
}

/** Which of what is known is asked for. */
export interface Known {
  readonly recorded: Recorded;
  /** Of what is recorded: which cells. */
  readonly isMeant: (cell: RecordedCell) => boolean;
  /** What no run says. */
  readonly limits: readonly Limit[];
}

const MOST_NAMES = 3;

/** What somebody among the manifests does not do of what a rule asks: by what was recorded of those of its mode, and by what is known beside. */
export function notDone(set: ManifestSet, known: Known): Finding[] {
  return set.all.flatMap((object) => {
    const asked = askedOf(object, known);
    // Most objects ask for nothing of this, and who acts on an object takes more to tell.
    if (asked.policies.length === 0 && asked.limits.length === 0) return [];
    // As they speak of a mode, all of one kind have it in common.
    return [...Map.groupBy(readersOf(object, set), ({ who }) => who).values()].flatMap((readers) =>
      [...recordedOf(object, asked, readers, known), ...limitsOf(object, asked, readers, known, set)].flatMap((one) =>
        findingOf(object, readers, one),
      ),
    );
  });
}

/** What an object asks for, each with the places where it does. */
interface AskedOf {
  readonly policies: readonly (FieldOfPolicy & { readonly places: readonly FieldPath[] })[];
  readonly limits: readonly { readonly limit: Limit; readonly places: readonly FieldPath[] }[];
}

function askedOf(object: Manifest, { limits }: Known): AskedOf {
  const policies = FIELDS.map((one) => ({ ...one, places: askedPlaces(object, one.field) }));
  const limited = limits.map((limit) => ({ limit, places: limit.places(object) }));
  return {
    policies: policies.filter(({ places }) => places.length > 0),
    limits: limited.filter(({ places }) => places.length > 0),
  };
}

function recordedOf(
  object: Manifest,
  { policies }: AskedOf,
  [{ mode = "" } = {}]: readonly Partial<Reader>[],
  { recorded, isMeant }: Known,
): NotDone[] {
  return policies.flatMap(({ policy, field, places }) => {
    const cell = cellOf(recorded, { mode, policy: policy.name, dialect: field.dialect });
    if (cell === undefined || !isNotDone(cell) || !isMeant(cell)) return [];
    const fix = FIXES[policy.name];
    const rest = {
      remedy: remedyOf(recorded, cell),
      seen: seenText(recorded, cell),
      shownBy: shownBy(recorded, cell),
      ...(fix === undefined ? {} : { fix }),
    };
    return places.map((place) => ({ place, effect: effectOf(object, cell), rest }));
  });
}

function effectOf({ kind }: Manifest, { outcome, words }: RecordedCell): string {
  if (outcome === "ignored") return "accept this, and do nothing of it";
  if (outcome === "differs") return `make something else of this (${words})`;
  const then = kind === "DestinationRule" ? "fail UNAVAILABLE" : "wait for their deadline";
  return `refuse this, and all their calls then ${then}`;
}

function limitsOf(
  object: Manifest,
  { limits }: AskedOf,
  readers: readonly Reader[],
  { recorded }: Known,
  set: ManifestSet,
): NotDone[] {
  return limits.flatMap(({ limit, places }) => {
    const { effect, remedy, source, fix, policy, mode } = limit;
    const hit = readers.filter((reader) => reader.mode === mode && limit.isFine?.(object, reader, set) !== true);
    if (hit.length === 0) return [];
    const cell = policy === undefined ? undefined : cellOf(recorded, { mode, policy, dialect: "Istio" });
    if (cell !== undefined && cell.outcome !== limit.outcome) return [];
    const seen = cell === undefined ? {} : { seen: seenText(recorded, cell), shownBy: shownBy(recorded, cell) };
    return places.map((place) => ({
      ...{ place, effect, readers: hit },
      rest: { remedy, source, ...seen, ...(fix === undefined ? {} : { fix }) },
    }));
  });
}

function findingOf(
  object: Manifest,
  all: readonly Reader[],
  one: NotDone & { readonly readers?: readonly Reader[] },
): Finding[] {
  const { place, effect, rest, readers = all } = one;
  const hit = readers.filter((reader) => reader.reads(place));
  const [first] = hit;
  if (first === undefined) return [];
  const what = `${placeText(place)}${valueText(valueAt(object, place))}`;
  return [{ object, field: place, reason: `${what}: ${first.who} (${namesText(hit)}) ${effect}`, ...rest }];
}

function valueText(value: unknown): string {
  return ["string", "number", "boolean"].includes(typeof value) ? ` (${value})` : "";
}

function namesText(readers: readonly Reader[]): string {
  const names = [...new Set(readers.map(({ name }) => name))];
  const more = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}
