import type { TerminalOptions } from "@grpc-lb-lab/report";

/** The bar is as long as there is room, within these. */
const MAX_BAR = 40;
const LEAST_BAR = 8;
/** What is behind it: ` 100.0 %  1234567`. */
const FIGURES_WIDTH = 17;

/** One line per pod: its name, a bar of its share, per cent and calls; sorted by name, numbers as numbers. */
export function shareLines(calls: ReadonlyMap<string, number>, { unicode, columns }: TerminalOptions): string[] {
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return ["no pod answered"];
  const width = Math.max(...[...calls.keys()].map((pod) => pod.length));
  const room = Math.max(LEAST_BAR, Math.min(MAX_BAR, columns - width - 2 - FIGURES_WIDTH));
  const byName = new Intl.Collator("en", { numeric: true });
  return [...calls]
    .toSorted(([a], [b]) => byName.compare(a, b))
    .map(([pod, count]) => {
      const bar = (unicode ? "█" : "#").repeat(Math.round((count / total) * room));
      const percent = ((100 * count) / total).toFixed(1).padStart(5);
      return `${pod.padEnd(width)}  ${bar.padEnd(room)} ${percent} %  ${count}`;
    });
}
