import { type CallRecord, ownMs } from "@grpc-lb-lab/measure";

/** How long calls took on average from their real beginning; 0 of none. */
export function meanOwnMs(calls: readonly CallRecord[]): number {
  return calls.reduce((sum, call) => sum + ownMs(call), 0) / Math.max(1, calls.length);
}

/** How long calls took at most from their real beginning that so many per cent of them are; null of none. */
export function ownPercentileMs(percentile: number, calls: readonly CallRecord[]): number | null {
  const sorted = calls.map(ownMs).toSorted((a, b) => a - b);
  return sorted[Math.ceil((percentile / 100) * sorted.length) - 1] ?? null;
}
