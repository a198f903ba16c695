import * as v from "valibot";

/** The longest delay of Node's timers, ms; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Decimal digits only, from `min` to `max`: `5e3`, ` 5`, `0x5` and `5.0` are refused. */
export function integer(min: number, max: number): v.GenericSchema<string, number> {
  const message = `must be an integer from ${min} to ${max}`;
  return v.pipe(
    v.string(message),
    v.regex(/^\d+$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/** A duration in ms that a timer can wait, `min` (default 0) at least. */
export function milliseconds(min = 0): v.GenericSchema<string, number> {
  return integer(min, LONGEST_TIMER_MS);
}

/** A TCP port; 0 lets the operating system choose. */
export const port = integer(0, 65_535);

/** One of the given words, exactly. */
export function oneOf<const T extends readonly string[]>(words: T, hint = ""): v.GenericSchema<string, T[number]> {
  return v.picklist(words, `must be one of ${words.join(", ")}${hint}`);
}

/** Any text. */
export const text: v.GenericSchema<string, string> = v.string();
