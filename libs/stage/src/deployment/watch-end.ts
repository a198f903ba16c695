import type { ProblemLog } from "./problem-log.ts";

/** What {@link watchEnd} needs of a deployment. */
export interface EndSurroundings {
  readonly problems: Pick<ProblemLog, "add">;
  readonly signal: AbortSignal;
}

/**
 * Makes the end of a proxy or server a problem of the deployment, unless somebody has asked for it.
 * @param ended - resolves with how it ended: `exit code 1`, `SIGKILL`; rejects when that is told elsewhere.
 * @returns what is to be called before it is ended on purpose.
 */
export function watchEnd(name: string, ended: Promise<string>, { problems, signal }: EndSurroundings): () => void {
  let isAskedFor = false;
  const report = (how: string) => {
    if (isAskedFor || signal.aborted) return;
    problems.add(`${name} ended by itself (${how}) and is not restarted: calls through it fail`);
  };
  ended.then(report, () => {});
  return () => {
    isAskedFor = true;
  };
}
