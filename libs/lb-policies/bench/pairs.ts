/** What a subject did in each of its slices of a pair. */
export interface Pair<Measured> {
  readonly a: Measured[];
  readonly b: Measured[];
}

/**
 * Measures two subjects in pairs. In each pair they take turns in short slices, each first in every second turn, so that what else the machine does meets
 * both.
 */
export async function measurePairs<Measured>(
  { pairs, slices }: { readonly pairs: number; readonly slices: number },
  a: () => Promise<Measured>,
  b: () => Promise<Measured>,
): Promise<Pair<Measured>[]> {
  const measured: Pair<Measured>[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const of: Pair<Measured> = { a: [], b: [] };
    for (let slice = 0; slice < slices; slice += 1) {
      const isSwapped = (pair + slice) % 2 === 1;
      if (isSwapped) of.b.push(await b());
      of.a.push(await a());
      if (!isSwapped) of.b.push(await b());
    }
    measured.push(of);
  }
  return measured;
}
