/**
 * `read`, which reads each input once, however often it is asked: rules ask the same of a set for each of its objects, and of thousands of objects that
 * would take minutes. What was read is kept as long as its input.
 */
export function oncePer<Input extends object, Result>(read: (input: Input) => Result): (input: Input) => Result {
  const known = new WeakMap<Input, { readonly result: Result }>();
  return (input) => {
    const before = known.get(input);
    if (before !== undefined) return before.result;
    const result = read(input);
    known.set(input, { result });
    return result;
  };
}
