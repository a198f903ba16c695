import type { Policy } from "../policy.ts";
import { pickBounds, pickOf, type SeenPick } from "./pick-bounds.ts";
import { seenPick } from "./seen-pick.ts";
import { SLOW_POD_TRIAL } from "./slow-pod.ts";

/** How one sees which way of picking is in force: with one slow pod. */
export function judgedByPick(kind: SeenPick): Pick<Policy, "trial" | "obeyed" | "ignored" | "isAsEver" | "differs"> {
  return {
    trial: () => SLOW_POD_TRIAL,
    obeyed: (seen) => pickBounds(kind, seen),
    // Where the path picks so by itself, that is what must be seen.
    ignored: (seen) => (pickOf(seen) === kind ? [] : pickBounds(pickOf(seen), seen)),
    isAsEver: (path) => pickOf({ path }) === kind,
    differs: seenPick,
  };
}
