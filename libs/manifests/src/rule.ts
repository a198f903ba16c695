import type { Manifest } from "./manifest.ts";
import type { ManifestSet } from "./manifest-set.ts";

/** One thing that goes wrong on clusters, and how to find it in manifests. */
export interface Rule {
  /** As problems name it; the file of its example has the same name. */
  readonly name: string;
  /** What goes wrong, where it is discussed. */
  readonly source: string;
  /** Everything in `set` that breaks the rule. */
  readonly check: (set: ManifestSet) => readonly Finding[];
}

/** An object that breaks a rule. */
export interface Finding {
  readonly object: Manifest;
  readonly reason: string;
  readonly remedy: string;
}
