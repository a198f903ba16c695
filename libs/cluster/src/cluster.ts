import { InputError } from "@grpc-lb-lab/input-error";
import { KubeClient } from "./kube-client.ts";
import { Kubectl } from "./kubectl.ts";

/** A cluster, by a context of the kubeconfig file. */
export interface Cluster {
  readonly client: KubeClient;
  readonly kubectl: Kubectl;
}

/**
 * The cluster of the context that was named: nothing is done to the current one by accident.
 * @param context - the variable CONTEXT
 * @throws {InputError} when it is empty, there is no such context, or its API server does not answer or refuses the credentials.
 */
export async function connectCluster(context: string | undefined): Promise<Cluster> {
  if (context === undefined || context === "")
    throw new InputError("CONTEXT is not set: name a context of the kubeconfig file, as in CONTEXT=kind-lab");
  const client = await KubeClient.connect(context);
  await client.assertReachable();
  return { client, kubectl: new Kubectl(context) };
}
