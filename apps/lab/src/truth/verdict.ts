import { isAsRecorded, type TruthCell } from "@grpc-lb-lab/policies";

/** What a table comes to, beside what is recorded. */
export function verdict(cells: readonly TruthCell[]): string {
  const wrong = cells.filter((cell) => !isAsRecorded(cell)).length;
  if (wrong > 0) return `${wrong} of ${cells.length} cells are not as recorded, or could not be tried`;
  const hasRecord = cells.some((cell) => cell.is === "tried" && cell.recorded !== undefined);
  return hasRecord ? "Every outcome is as recorded" : "Nothing is recorded to compare with";
}
