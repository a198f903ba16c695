import { type Manifest, nameOf } from "./manifest.ts";
import { ManifestSet } from "./manifest-set.ts";
import type { Finding } from "./rule.ts";
import { RULES } from "./rules/index.ts";
import { SchemaCheck } from "./validate.ts";

/** One line of the report. */
export interface Problem {
  /** `Deployment/backend`. */
  readonly object: string;
  /** `schema`, or the name of a rule. */
  readonly rule: string;
  readonly reason: string;
  readonly remedy: string;
  /** Where what goes wrong is discussed; absent for schemas. */
  readonly source?: string;
}

const schemas = new SchemaCheck();

/** Everything that is wrong with manifests that are applied together: against the schemas first, and the rules for those that fit them. */
export function checkManifests(manifests: readonly Manifest[]): Problem[] {
  const misfits = manifests.flatMap((manifest) => schemas.check(manifest));
  if (misfits.length > 0) return misfits.map((finding) => toProblem("schema", finding));
  const set = new ManifestSet(manifests);
  return RULES.flatMap(({ name, source, check }) =>
    check(set).map((finding) => ({ ...toProblem(name, finding), source })),
  );
}

function toProblem(rule: string, { object, reason, remedy }: Finding): Problem {
  return { object: nameOf(object), rule, reason, remedy };
}
