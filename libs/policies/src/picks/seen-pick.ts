import type { Evidence } from "../policy.ts";
import { pickBounds, type SeenPick } from "./pick-bounds.ts";

const WORDS: Readonly<Record<Exclude<SeenPick, "hash" | "peak ewma">, string>> = {
  first: "all calls go to one pod",
  rotation: "pods take turns",
  random: "pods are drawn by lot",
  "least request": "a slow pod gets fewer calls",
};

/** What picks look like, in words; undefined where they look like nothing that has a name. */
export function seenPick(seen: Evidence): string | undefined {
  const kinds = Object.keys(WORDS) as (keyof typeof WORDS)[];
  const kind = kinds.find((candidate) => pickBounds(candidate, seen).every(({ ok }) => ok));
  return kind && WORDS[kind];
}
