/**
 * Waits for something that may not happen: then what is seen afterwards tells. Resolves when `start` does or `mostMs` have passed; rejects when
 * `signal` aborts, or `start` fails by itself.
 */
export async function waitAtMost(
  mostMs: number,
  signal: AbortSignal,
  start: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const over = AbortSignal.timeout(Math.ceil(mostMs));
  await start(AbortSignal.any([signal, over])).catch((error) => {
    if (signal.aborted || !over.aborted) throw error;
  });
}
