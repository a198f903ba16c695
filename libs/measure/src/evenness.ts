/**
 * Jain's fairness index of the calls per pod: 1 is even, 1/n is one pod of n, 0 is no calls at all.
 * Source: Jain, Chiu, Hawe, "A Quantitative Measure of Fairness", DEC-TR-301 (1984).
 */
export function evenness(callsOfPods: readonly number[]): number {
  const sum = callsOfPods.reduce((total, calls) => total + calls, 0);
  const squares = callsOfPods.reduce((total, calls) => total + calls * calls, 0);
  return squares === 0 ? 0 : (sum * sum) / (callsOfPods.length * squares);
}
