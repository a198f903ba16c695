import type { Recorded } from "@grpc-lb-lab/policies";
import { type Manifest, nameOf } from "./manifest.ts";
import { ManifestSet } from "./manifest-set.ts";
import { originOf } from "./origin.ts";
import type { Finding, Rule } from "./rule.ts";
import { RULES, rulesBy } from "./rules/index.ts";
import { SchemaCheck } from "./validate.ts";

/** One line of the report. */
export interface Problem {
  /**
   * A warning fails nothing: something is accepted, and has another effect than it seems. A note hides nothing and fails nothing: something could not be
   * checked.
   */
  readonly severity: "problem" | "warning" | "note";
  /** `Deployment/backend`. */
  readonly object: string;
  /** `schema`, or the name of a rule. */
  readonly rule: string;
  readonly reason: string;
  readonly remedy: string;
  /** Why it matters; absent for schemas. */
  readonly why?: string;
  /** Where what goes wrong is discussed; absent for schemas. */
  readonly source?: string;
  /** The run that it relies on, with date and versions; absent where it relies on none. */
  readonly seen?: string;
  /** YAML that mends it; absent where there is no one way. */
  readonly fix?: string;
  /** A command of the lab that shows what goes wrong. */
  readonly shownBy?: string;
  /** Where the object was read: the file, and the line of the field. Absent for one that was read from no text. */
  readonly file?: string;
  readonly line?: number;
}

/** What {@link checkManifests} is told. */
export interface CheckOptions {
  /** Numbers of ports at which gRPC is spoken, beside those that say so themselves. Default: none. */
  readonly grpcPorts?: readonly number[];
  /** What runs have shown of who obeys which traffic rule on Kubernetes; default: nothing is known. */
  readonly recorded?: Recorded;
}

const schemas = new SchemaCheck();

/**
 * Everything that is wrong with manifests that are applied together: against the schemas, and against the rules. A manifest whose fields have wrong types
 * is left out of the rules; what says that something is missing is then not asked.
 */
export function checkManifests(manifests: readonly Manifest[], { grpcPorts, recorded }: CheckOptions = {}): Problem[] {
  const checked = manifests.map((manifest) => ({ manifest, ...schemas.check(manifest) }));
  const readable = checked.filter(({ isReadable }) => isReadable).map(({ manifest }) => manifest);
  const set = new ManifestSet(readable, grpcPorts);
  const known = recorded === undefined ? RULES : rulesBy(recorded);
  const rules = known.filter(({ needsAll }) => !needsAll || readable.length === manifests.length);
  return [
    ...checked.flatMap(({ misfits }) =>
      misfits.map((finding) => problemOf(finding, { rule: "schema", severity: "problem" })),
    ),
    ...checked.flatMap(({ unknown }) => (unknown ? [problemOf(unknown, { rule: "schema", severity: "note" })] : [])),
    ...rules.flatMap((rule) => rule.check(set).map((finding) => problemOf(finding, ruleParts(rule)))),
  ];
}

function ruleParts({ name, severity = "problem", why, source, shownBy }: Rule) {
  return { rule: name, severity, why, source, ...(shownBy === undefined ? {} : { shownBy }) } as const;
}

function problemOf(
  { object, field = [], ...said }: Finding,
  parts: Pick<Problem, "rule" | "severity" | "why" | "source" | "shownBy">,
): Problem {
  const origin = originOf(object);
  return {
    object: nameOf(object),
    ...parts,
    ...said,
    ...(origin === undefined ? {} : { file: origin.file, line: origin.lineOf(field) }),
  };
}
