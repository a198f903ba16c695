import type { PodCalls } from "@grpc-lb-lab/measure";
import { podColor } from "../palette.ts";
import type { Pen } from "./pen.ts";

/**
 * The shares of `pods` as one bar of exactly `width` cells: a block per cell in the pod's colour, a shade per pod without colour, a
 * letter per pod (a for the first) in plain ASCII. A pod that answered at least one call has at least one cell where they suffice.
 */
export function shareBar(pods: readonly PodCalls[], width: number, pen: Pen): string {
  const cells = apportion(
    pods.map(({ calls }) => calls),
    width,
  );
  return cells.map((count, index) => segment(index, count, pen)).join("") + " ".repeat(width - sum(cells));
}

/** `width` cells of the colour, shade or letter of the pod at `index`. */
export function segment(index: number, width: number, pen: Pen): string {
  if (width === 0) return "";
  const { terminal, shade } = podColor(index);
  if (!pen.unicode) return pen.paint(terminal, podLetter(index).repeat(width));
  return pen.paint(terminal, (pen.color ? "█" : shade).repeat(width));
}

/** The letter that stands for the pod at `index` in plain ASCII: a to z, then again from a. */
export function podLetter(index: number): string {
  return String.fromCharCode("a".charCodeAt(0) + (index % 26));
}

/** Splits `width` cells by largest remainder; what is not zero first gets one cell each, while there are enough. */
export function apportion(counts: readonly number[], width: number): number[] {
  const total = sum(counts);
  if (total === 0) return counts.map(() => 0);
  const least = counts.filter((count) => count > 0).length <= width ? 1 : 0;
  const exact = counts.map((count) => (count / total) * width);
  const cells = exact.map((cell, i) => Math.max((counts[i] ?? 0) > 0 ? least : 0, Math.floor(cell)));
  const error = (i: number) => (exact[i] ?? 0) - (cells[i] ?? 0);
  for (let left = width - sum(cells); left !== 0; left -= Math.sign(left)) {
    const candidates = cells.keys().filter((i) => left > 0 || (cells[i] ?? 0) > least);
    const next = candidates.reduce((best, i) => (error(i) * left > error(best) * left ? i : best));
    cells[next] = (cells[next] ?? 0) + Math.sign(left);
  }
  return cells;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
