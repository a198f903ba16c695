/**
 * Resolves with what all have come to, once none is under way any more: what is begun together must have ended before it is undone.
 * @throws the first failure in their order.
 */
export async function allDone<T extends readonly unknown[]>(
  begun: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(begun);
  return (await Promise.all(begun)) as unknown as T;
}
