/** The value of which half of the others are no more, and half no less; NaN where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[upper] ?? NaN) : ((sorted[upper - 1] ?? NaN) + (sorted[upper] ?? NaN)) / 2;
}
