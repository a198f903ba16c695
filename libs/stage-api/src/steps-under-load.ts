import type { LoadRun } from "./load.ts";

/**
 * Does `steps` while a load goes on. They are given a signal that aborts with `signal`, and once this is over: steps whose load ended badly must not
 * go on waiting. Rejects with what they throw, or with what the load ended with as soon as it has; a load that ends well ends nothing.
 */
export async function stepsUnderLoad(
  { done }: Pick<LoadRun, "done">,
  signal: AbortSignal,
  steps: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const failed = new Promise<never>((_, reject) => done.catch(reject));
  try {
    await Promise.race([steps(AbortSignal.any([signal, over.signal])), failed]);
  } finally {
    over.abort();
  }
}
