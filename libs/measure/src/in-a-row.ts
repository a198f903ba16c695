/**
 * Asks a stream of things, batch by batch, whether the last `count` of them all hold. The function keeps the count: hand each batch once.
 */
export function inARow<T>(count: number, holds: (one: T) => boolean): (batch: readonly T[]) => boolean {
  let run = 0;
  return (batch) => {
    for (const one of batch) run = holds(one) ? run + 1 : 0;
    return run >= count;
  };
}
