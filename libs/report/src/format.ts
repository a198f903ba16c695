/** A time in ms as people read it: `0.42 ms`, `5.9 ms`, `930 ms`, `2.31 s`. */
export function formatMs(ms: number): string {
  if (ms === 0) return "0 ms";
  if (Math.abs(ms) < 1) return `${ms.toFixed(2)} ms`;
  if (Math.abs(ms) < 99.95) return `${ms.toFixed(1)} ms`;
  if (Math.abs(ms) < 999.5) return `${Math.round(ms)} ms`;
  return formatSeconds(ms);
}

/** A time in ms in seconds: `2.31 s`, `103.4 s`. */
export function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  return `${seconds.toFixed(Math.abs(seconds) < 10 ? 2 : 1)} s`;
}

/** A count with thousands apart: `3,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** Calls per second: `0.5`, `9.3`, `1,250`. */
export function formatRate(perSecond: number): string {
  return perSecond < 9.95 ? String(Number(perSecond.toPrecision(2))) : formatCount(Math.round(perSecond));
}

/** A part of a whole in per cent: `25.0 %`; `0 %` of nothing. */
export function formatShare(part: number, whole: number): string {
  return part === 0 || whole === 0 ? "0 %" : `${((part / whole) * 100).toFixed(1)} %`;
}

/** How many times as much: `0.97x`, `12.4x`, `188x`. */
export function formatTimes(times: number): string {
  if (times >= 99.95) return `${formatCount(Math.round(times))}x`;
  return `${times.toFixed(times < 9.95 ? 2 : 1)}x`;
}

/** Jain's index with two digits, rounded down below 0.995: an uneven share does not read 1.00. */
export function formatEvenness(evenness: number): string {
  return evenness >= 0.995 ? evenness.toFixed(2) : (Math.floor(evenness * 100) / 100).toFixed(2);
}
