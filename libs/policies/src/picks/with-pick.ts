import type { Path, PickRule } from "@grpc-lb-lab/stage-api";
import { withAskedHop } from "../asked-hop.ts";

/** What says how a pick is made, but for who makes it. */
type Made = MadeOf<PickRule>;
/** Of each kind by itself, so that what is particular to one stays. */
type MadeOf<Rule> = Rule extends unknown ? Omit<Rule, "scope" | "workers" | "localitiesByWeight"> : never;

/** A path on which the hop that is asked picks otherwise. */
export function withPick(path: Path, made: Made): Path {
  return withAskedHop(path, ({ pick: { scope, workers, localitiesByWeight } }) => ({
    pick: {
      scope,
      ...(workers === undefined ? {} : { workers }),
      ...(localitiesByWeight === undefined ? {} : { localitiesByWeight }),
      ...made,
    } as PickRule,
  }));
}
