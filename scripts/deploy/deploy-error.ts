/** What keeps a deployment from being made, in one message that names the input, the reason and the remedy. Ends a program with 2. */
export class DeployError extends Error {
  override readonly name = "DeployError";
}
