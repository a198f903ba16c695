import type { Judged } from "../outcome.ts";

/** What an outcome is called in a table: with an asterisk where calls would have gone so without the rule. */
export function outcomeMark({ outcome, asWithoutRule }: Pick<Judged, "outcome" | "asWithoutRule">): string {
  return asWithoutRule ? `${outcome}*` : outcome;
}

/** What the asterisk says, for a table's legend. */
export const MARK_LEGEND = "* as without the rule: the mode does so without being asked";
