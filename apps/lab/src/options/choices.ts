import { InvalidArgumentError } from "commander";
import { closest } from "fastest-levenshtein";

/** A parser for one of `allowed`; what is not gets told what is, nearest first. */
export function oneOf<T extends string>(what: string, allowed: readonly T[]): (value: string) => T {
  return (value) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw unknownChoice(what, value, allowed);
    return found;
  };
}

/** A parser for a comma-separated list of `allowed`, without repeats, in the order of `allowed`. */
export function listOf<T extends string>(what: string, allowed: readonly T[]): (value: string) => T[] {
  const parse = oneOf(what, allowed);
  return (value) => {
    const chosen = new Set(value.split(",").map((part) => parse(part.trim())));
    return allowed.filter((candidate) => chosen.has(candidate));
  };
}

function unknownChoice(what: string, value: string, allowed: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError(
    `There is no ${what} ${JSON.stringify(value)}; there are ${allowed.join(", ")}. Did you mean ${closest(value, [...allowed])}?`,
  );
}
