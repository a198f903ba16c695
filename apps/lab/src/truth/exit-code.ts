import { isAsRecorded, type TruthCell } from "@grpc-lb-lab/policies";

/**
 * The exit code of `lab truth` and `lab policy` with these cells: 1 where one is not as recorded, or could not be tried.
 * @param isRecord - they are recorded now, and so held against nothing; default: not
 */
export function exitCode(cells: readonly TruthCell[], isRecord = false): 0 | 1 {
  return cells.every(isRecord ? isMade : isAsRecorded) ? 0 : 1;
}

function isMade({ is }: TruthCell): boolean {
  return is !== "failed";
}
