/** The headers of an HTTP message as Go prints them: names in canonical case (`X-Request-Id`), sorted, each value with its own. */
export function headerPairs(rawHeaders: readonly string[]): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    pairs.push([canonical(rawHeaders[at] ?? ""), rawHeaders[at + 1] ?? ""]);
  return pairs.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

/** `X-Request-Id`, as Go writes a header's name. */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
