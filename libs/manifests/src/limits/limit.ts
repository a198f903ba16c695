import type { Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { FieldPath } from "../origin.ts";
import { type Asked, askedPlaces } from "../readers/asked-places.ts";
import type { Reader } from "../readers/reader.ts";

/** What those of a mode do not do, as sources have it: no policy of the lab asks for it, so no run can say. */
export interface Limit {
  readonly mode: string;
  readonly outcome: "ignored" | "differs" | "refused";
  /** What they do instead, after their name: `take turns`. */
  readonly effect: string;
  /** What works there. */
  readonly remedy: string;
  readonly fix?: string;
  /** Where it is written. */
  readonly source: string;
  /** A policy whose run stands for it: where its outcome is another one, nothing is said. */
  readonly policy?: string;
  /** Where a manifest asks for it. */
  places(manifest: Manifest): readonly FieldPath[];
  /** Whether it makes no difference to one reader. Default: it does. */
  isFine?(manifest: Manifest, reader: Reader, set: ManifestSet): boolean;
}

/** Limits of proxyless gRPC for fields of one kind, all for one reason. */
export function limitsOf(
  kind: string,
  fields: readonly (string | Pick<Asked, "path" | "value">)[],
  limit: Omit<Limit, "mode" | "places">,
): Limit {
  const asked = fields.map((field) => ({ kind, ...(typeof field === "string" ? { path: field } : field) }));
  return {
    ...limit,
    mode: "proxyless",
    places: (manifest) => asked.flatMap((field) => askedPlaces(manifest, field)),
  };
}
