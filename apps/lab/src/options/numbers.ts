import { InvalidArgumentError } from "commander";

/** A parser for a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return number;
  };
}

/** A parser for a number above 0, at most `max`. */
export function positiveNumber(max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === "" || !(number > 0 && number <= max)) {
      throw new InvalidArgumentError(`It must be a number above 0 and at most ${max}.`);
    }
    return number;
  };
}

const UNITS_MS = { "": 1, ms: 1, s: 1_000, m: 60_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|)$/;

/** A parser for a duration from `minMs` (0 by default) to `maxMs` in whole milliseconds: `500ms`, `1.5s`, `2m`, or plain milliseconds. */
export function duration(maxMs: number, minMs = 0): (value: string) => number {
  return (value) => {
    const [, amount, unit] = DURATION.exec(value) ?? [];
    const ms = Number(amount) * UNITS_MS[(unit ?? "") as keyof typeof UNITS_MS];
    if (amount === undefined || !Number.isInteger(ms) || ms > maxMs || ms < minMs) {
      const range = `from ${minMs} ms to ${maxMs / 1_000} s`;
      throw new InvalidArgumentError(`It must be a duration in whole milliseconds, such as 500ms, 3s or 2m, ${range}.`);
    }
    return ms;
  };
}
