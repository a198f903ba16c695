/** The greatest of `values`, `floor` at least. Takes any number of them, where `Math.max(...values)` overflows the stack. */
export function greatest(values: Iterable<number>, floor = Number.NEGATIVE_INFINITY): number {
  let result = floor;
  for (const value of values) result = Math.max(result, value);
  return result;
}

/** The least of `values`, `ceiling` at most; see {@link greatest}. */
export function least(values: Iterable<number>, ceiling = Number.POSITIVE_INFINITY): number {
  let result = ceiling;
  for (const value of values) result = Math.min(result, value);
  return result;
}
