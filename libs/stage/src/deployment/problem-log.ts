/** Enough to see what is wrong; a program that fails over and over must not fill the memory. */
const KEPT_PROBLEMS = 100;

/** What went wrong in a deployment without anyone having asked for it: each problem once, oldest first, the first 100 of them. */
export class ProblemLog {
  readonly problems: string[] = [];

  add(problem: string): void {
    if (this.problems.length < KEPT_PROBLEMS && !this.problems.includes(problem)) this.problems.push(problem);
  }
}
