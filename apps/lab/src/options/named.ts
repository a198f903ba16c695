/** Something that is called by its name on the command line. */
interface Named {
  readonly name: string;
}

/** The names of `values`. */
export function namesOf(values: readonly Named[]): string[] {
  return values.map(({ name }) => name);
}

/** The one of `values` with this name, which a parser has found to be among them. */
export function named<T extends Named>(name: string, values: readonly T[]): T {
  const found = values.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
