import type { Manifest } from "./manifest.ts";
import type { ManifestSet } from "./manifest-set.ts";
import type { FieldPath } from "./origin.ts";

/** One thing that goes wrong on clusters, and how to find it in manifests. */
export interface Rule {
  /** As problems name it; the file of its example has the same name. */
  readonly name: string;
  /** How bad it is; default: a problem. */
  readonly severity?: "problem" | "warning";
  /** Why it matters: what comes of it on a cluster. */
  readonly why: string;
  /** What goes wrong, where it is discussed. */
  readonly source: string;
  /** A command of the lab that shows what goes wrong; undefined: none does. */
  readonly shownBy?: string;
  /** Whether the rule says that something is missing, which only a set that could be read as a whole can tell. */
  readonly needsAll?: true;
  /** Everything in `set` that breaks the rule. */
  readonly check: (set: ManifestSet) => readonly Finding[];
}

/** An object that breaks a rule. */
export interface Finding {
  readonly object: Manifest;
  /** The field of {@link object} that breaks the rule. Default: the object. */
  readonly field?: FieldPath;
  readonly reason: string;
  readonly remedy: string;
  /** The run that it relies on: what was seen, when, and with which versions. Undefined: it relies on none. */
  readonly seen?: string;
  /** Where this one is discussed; default: as the rule. */
  readonly source?: string;
  /** A command of the lab that shows this one; default: as the rule. */
  readonly shownBy?: string;
  /** YAML that mends it, to be put at {@link field}'s object. Undefined: there is no one way. */
  readonly fix?: string;
}
