import type { CallCounts } from "@grpc-lb-lab/measure";
import { formatCount } from "./format.ts";

/** Marks a percentile beside failed calls, which are not in it: a mode that fails half of its calls at once must not look quicker for it. */
const MARK = "*";

/** The calls that latency is measured of, and all that were made. */
export type AnsweredCalls = Pick<CallCounts, "ok" | "total">;

/** The mark of a percentile over the answered ones of `calls`; empty where none failed, and where none was answered: then there is no percentile. */
export function answeredOnlyMark({ ok, total }: AnsweredCalls): string {
  return ok > 0 && ok < total ? MARK : "";
}

/** What the mark means, for one run: `* over answered calls only: 3,500 of 4,000`; undefined where there is none. */
export function answeredOnlyNote(calls: AnsweredCalls): string | undefined {
  return answeredOnlyMark(calls) === "" ? undefined : `${MEANING}: ${ratio(calls)}`;
}

/** The same for several runs: `* over answered calls only: 3,500 of 4,000 in x rollout`; each of `runs` once. */
export function answeredOnlyNotes(runs: readonly { readonly where: string; readonly calls: AnsweredCalls }[]) {
  const marked = runs.filter(({ calls }) => answeredOnlyMark(calls) !== "");
  const counts = new Set(marked.map(({ where, calls }) => `${ratio(calls)} in ${where}`));
  return counts.size === 0 ? undefined : `${MEANING}: ${[...counts].join(", ")}`;
}

const MEANING = `${MARK} over answered calls only`;

function ratio({ ok, total }: AnsweredCalls): string {
  return `${formatCount(ok)} of ${formatCount(total)}`;
}

/** The texts of a column that is aligned to the right: where one has the mark, the others get a space in its place. */
export function alignMarks(texts: readonly string[]): string[] {
  if (!texts.some((text) => text.endsWith(MARK))) return [...texts];
  return texts.map((text) => (text.endsWith(MARK) ? text : `${text} `));
}
