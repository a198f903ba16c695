import type { CallKind, ReceivedCalls } from "@grpc-lb-lab/stage-api";

/** A pod counts 100 values of a header, so that calls take turns of so many headers: enough for 2,000 calls. */
const HEADERS = 20;

/** The kinds of a load whose calls have a number each, by which pods count attempts. For loads of one client. */
export const NUMBERED: readonly CallKind[] = Array.from({ length: HEADERS }, (_, n) => ({
  metadata: { [headerOf(n)]: "{{n}}" },
}));

/** How many attempts of a numbered call these pods have received. `n`: which of the calls it is, from 0: its index in the evidence's records. */
export function attemptsOf(n: number, received: Iterable<ReceivedCalls>): number {
  return [...received].reduce((sum, { headers }) => sum + (headers[headerOf(n)]?.[n] ?? 0), 0);
}

/** The headers that a pod counts of attempts: so many of each call, in the calls' order. */
export function numberedHeaders(attempts: readonly number[]): ReceivedCalls["headers"] {
  const headers: Record<string, Record<string, number>> = {};
  for (const [n, count] of attempts.entries()) {
    if (count > 0) headers[headerOf(n)] = { ...headers[headerOf(n)], [n]: count };
  }
  return headers;
}

function headerOf(n: number): string {
  return `x-lab-call-${n % HEADERS}`;
}
