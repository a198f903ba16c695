import { type ClusterReader, InputError } from "@grpc-lb-lab/stage-api";

/**
 * The configuration that a proxy's Deployment mounts, whose overlay has the same name.
 * @throws {InputError} when there is none.
 */
export async function deployedFile(cluster: ClusterReader, deployment: string, file: string): Promise<string> {
  const text = await cluster.mountedFile(deployment, file);
  if (text !== undefined) return text;
  throw new InputError(
    `namespace ${cluster.namespace} has no Deployment ${deployment} that mounts ${file}; deploy the overlay ${deployment} again`,
  );
}
