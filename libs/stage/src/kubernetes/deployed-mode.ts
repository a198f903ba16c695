import {
  assertInstalled,
  assertKubernetesVersion,
  BACKEND,
  CLIENT,
  deploymentsPath,
  type KubeClient,
  type KubeDeployment,
  MODE_LABEL,
} from "@grpc-lb-lab/cluster";
import { type App, InputError, type Mode } from "@grpc-lb-lab/stage-api";
import { deployedApp, deployedEnv } from "./desired-template.ts";

/**
 * Sees that a mode is deployed as its overlay has it.
 * @param app - what its pods are to run; undefined: whatever they do.
 * @throws {InputError} with the remedy: a Kubernetes that is too old, nothing there, another mode there, another application in the pods, something that is
 *   not installed, no way to break a pod.
 */
export async function assertDeployed(
  client: KubeClient,
  mode: Mode,
  namespace: string,
  app: App | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { name: modeName, installed } = mode;
  await assertKubernetesVersion(client, signal);
  await assertInstalled(client, installed, signal);
  const remedy = `make deploy-${modeName} CONTEXT=${client.context}`;
  const [backend] = await Promise.all(
    [BACKEND, CLIENT].map(async (name) => {
      const deployment = await client.find<KubeDeployment>(deploymentsPath(namespace, name), signal);
      if (deployment !== undefined) return deployment;
      throw new InputError(
        `mode ${modeName} is not deployed: context ${client.context} has no Deployment ${name} in namespace ${namespace}; ${remedy}`,
      );
    }),
  );
  const deployed = backend?.metadata.labels?.[MODE_LABEL];
  if (deployed !== modeName) {
    throw new InputError(
      `namespace ${namespace} has mode ${deployed ?? "none"} (label ${MODE_LABEL}), not ${modeName}; ${remedy}`,
    );
  }
  if (backend !== undefined && app !== undefined)
    assertRuns(app, deployedApp(backend.spec.template), namespace, remedy);
  if (backend !== undefined && deployedEnv(backend.spec.template, "FAULTS") !== "on") {
    throw new InputError(
      `Deployment ${BACKEND} in namespace ${namespace} has no FAULTS=on, which the experiments need; ${remedy}`,
    );
  }
}

/** The component of deploy/kustomize that makes the backend's pods run an application other than the greeter. */
const COMPONENTS: Readonly<Partial<Record<App, string>>> = { echo: "echo-backend" };

function assertRuns(wanted: App, there: App, namespace: string, remedy: string): void {
  if (there === wanted) return;
  const component = COMPONENTS[wanted];
  const how = component === undefined ? remedy : `${remedy} COMPONENTS=${component}`;
  throw new InputError(
    `the pods of Deployment ${BACKEND} in namespace ${namespace} run ${there}, not ${wanted}; ${how}`,
  );
}
