import type { Problem } from "../comparison.ts";

/** A problem in one line: where, which expectation, the bound and the figure, or the reason. */
export function problemText(problem: Problem, withFile: boolean): string {
  const { file, mode, experiment, expectation, reason } = problem;
  const where = `${mode} ${experiment}${withFile ? ` (${file})` : ""}`;
  if (expectation !== undefined) {
    const { id, what, bound, measured } = expectation;
    return `✗ ${where}: ${id}: ${what}: expected ${bound}, measured ${measured}`;
  }
  return problem.kind === "skipped" ? `– ${where}: skipped: ${reason}` : `✗ ${where}: not finished: ${reason}`;
}
