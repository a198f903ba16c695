import type { TerminalOptions } from "@grpc-lb-lab/report";

const BAR_WIDTH = 40;

/** One line per pod: its name, a bar of its share, per cent and calls; sorted by name, numbers as numbers. */
export function shareLines(calls: ReadonlyMap<string, number>, { unicode }: TerminalOptions): string[] {
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return ["no pod answered"];
  const width = Math.max(...[...calls.keys()].map((pod) => pod.length));
  const byName = new Intl.Collator("en", { numeric: true });
  return [...calls]
    .toSorted(([a], [b]) => byName.compare(a, b))
    .map(([pod, count]) => {
      const bar = (unicode ? "█" : "#").repeat(Math.round((count / total) * BAR_WIDTH));
      const percent = ((100 * count) / total).toFixed(1).padStart(5);
      return `${pod.padEnd(width)}  ${bar.padEnd(BAR_WIDTH)} ${percent} %  ${count}`;
    });
}
