import type { Hop, Path } from "@grpc-lb-lab/stage-api";

/** The hop of which rules are asked: the one that decides which pod answers, or the last before it that knows a dialect; undefined where none does. */
export function askedHop(path: Path): Hop | undefined {
  return path.findLast(({ at, dialects }) => at !== "pod" && dialects.length > 0);
}

/** The path with that hop changed. */
export function withAskedHop(path: Path, change: (hop: Hop) => Partial<Hop>): Path {
  const asked = askedHop(path);
  return path.map((hop) => (hop === asked ? { ...hop, ...change(hop) } : hop));
}
