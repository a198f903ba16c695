import type { FieldPath } from "../origin.ts";
import type { Workload } from "../workload.ts";

/** Somebody who acts on a rule, as far as the manifests show it: a client, a gateway, or the pods of a server. */
export interface Reader {
  /** The mode of the truth table that it is of. */
  readonly mode: string;
  /** Those like it, in words: `clients without a proxy`. */
  readonly who: string;
  /** `Deployment/client` */
  readonly name: string;
  /** The pods that a rule for servers selects; undefined of others. */
  readonly workload?: Workload;
  /** Whether that part of the rule is for it. */
  reads(place: FieldPath): boolean;
}
