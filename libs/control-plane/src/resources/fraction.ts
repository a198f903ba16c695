import type { JsonObject } from "../json.ts";

/** `FractionalPercent` of a percentage from 0 to 100, to four decimals of a percent, as istiod has it. */
export function fractionOf(percentage: number): JsonObject {
  return { numerator: Math.trunc(percentage * 10_000), denominator: "MILLION" };
}
