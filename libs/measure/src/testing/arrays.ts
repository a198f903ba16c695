import type { Random } from "../random.ts";

/** The same items in another order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Whole numbers from 0 to below `limit`, `count` of them. */
export function wholeNumbers(count: number, limit: number, random: Random): number[] {
  return Array.from({ length: count }, () => Math.floor(random() * limit));
}
