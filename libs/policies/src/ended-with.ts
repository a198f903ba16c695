import type { Expectation } from "@grpc-lb-lab/measure";
import { all, none } from "./bounds.ts";
import type { Control, Evidence } from "./policy.ts";
import { OK } from "./status-codes.ts";

/** How many calls ended with one of these status codes. */
export function endedWith({ records }: Pick<Evidence, "records">, ...codes: readonly number[]): number {
  return records.filter(({ code }) => codes.includes(code)).length;
}

/** How many calls were not answered, whatever they ended with. */
export function unansweredCalls(seen: Pick<Evidence, "records">): number {
  return seen.records.length - endedWith(seen, OK);
}

/** The control of a rule by which calls fail: that without it every one is answered. */
export const ALL_ANSWERED_WITHOUT: Control = {
  seen: ({ records }) => [
    all(
      { id: "without", what: "without the rule, calls that are answered" },
      endedWith({ records }, OK),
      records.length,
    ),
  ],
};

/** That every call is answered, as if nothing were asked. */
export function allAnswered(seen: Pick<Evidence, "records">): Expectation {
  return all({ id: "answered", what: "calls that are answered" }, endedWith(seen, OK), seen.records.length);
}

/** The same, told by those that are not. */
export function noneUnanswered(seen: Pick<Evidence, "records">): Expectation {
  const about = { id: "unanswered", what: "calls that are not answered" };
  return none(about, unansweredCalls(seen), seen.records.length);
}
