/** Gives what has been added to a growing list since the last time: at first all that is there. */
export function freshOf<T>(list: () => readonly T[]): () => readonly T[] {
  let seen = 0;
  return () => {
    const fresh = list().slice(seen);
    seen += fresh.length;
    return fresh;
  };
}
