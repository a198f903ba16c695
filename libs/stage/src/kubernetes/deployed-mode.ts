import { InputError } from "../input-error.ts";
import type { ModeName } from "../mode.ts";
import { deployedEnv } from "./desired-template.ts";
import { assertIstio, needsIstio } from "./istio.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeDeployment } from "./kube-objects.ts";
import { BACKEND, CLIENT, deploymentsPath, MODE_LABEL } from "./names.ts";

/**
 * Sees that a mode is deployed as its overlay has it.
 * @throws {InputError} with the remedy: nothing there, another mode there, no Istio, no way to break a pod.
 */
export async function assertDeployed(
  client: KubeClient,
  mode: ModeName,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  if (needsIstio(mode)) await assertIstio(client, mode, signal);
  const remedy = `make deploy-${mode} CONTEXT=${client.context}`;
  const [backend] = await Promise.all(
    [BACKEND, CLIENT].map(async (name) => {
      const deployment = await client.find<KubeDeployment>(deploymentsPath(namespace, name), signal);
      if (deployment !== undefined) return deployment;
      throw new InputError(
        `mode ${mode} is not deployed: context ${client.context} has no Deployment ${name} in namespace ${namespace}; ${remedy}`,
      );
    }),
  );
  const deployed = backend?.metadata.labels?.[MODE_LABEL];
  if (deployed !== mode) {
    throw new InputError(
      `namespace ${namespace} has mode ${deployed ?? "none"} (label ${MODE_LABEL}), not ${mode}; ${remedy}`,
    );
  }
  if (backend !== undefined && deployedEnv(backend.spec.template, "FAULTS") !== "on") {
    throw new InputError(
      `Deployment ${BACKEND} in namespace ${namespace} has no FAULTS=on, which the experiments need; ${remedy}`,
    );
  }
}
