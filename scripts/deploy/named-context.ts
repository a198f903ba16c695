import { DeployError } from "./deploy-error.ts";

/**
 * `name`, the context that was named: nothing is done to the current one by accident.
 * @throws {DeployError} when it is empty.
 */
export function namedContext(name: string): string {
  if (name === "")
    throw new DeployError("CONTEXT is not set: name a context of the kubeconfig file, as in CONTEXT=kind-lab");
  return name;
}
