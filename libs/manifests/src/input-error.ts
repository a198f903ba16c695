/** What was asked for cannot be checked: a path, a kustomization, a missing program. One line, exit 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}
