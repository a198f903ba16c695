/** What repeats of one measurement gave. */
export interface Spread {
  readonly repeats: number;
  readonly median: number;
  /** The least value that 90 % of the repeats did not exceed. */
  readonly p90: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The spread of measured values, in their unit.
 * @throws RangeError without values: a figure that was not measured is none.
 */
export function spreadOf(values: Iterable<number>): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => {
    const value = sorted[index];
    if (value === undefined) throw new RangeError("there is no spread of no values");
    return value;
  };
  const last = sorted.length - 1;
  return {
    repeats: sorted.length,
    median: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2,
    p90: at(Math.ceil(sorted.length * 0.9) - 1),
    min: at(0),
    max: at(last),
  };
}
