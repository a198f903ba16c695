import type { Cluster } from "@grpc-lb-lab/cluster";

/** An object that no namespace has, and so none takes along when it is deleted. */
export interface ClusterScoped {
  readonly kind: string;
  readonly name: string;
}

/** Those kinds that the lab's overlays may have, beside Namespace. */
const KINDS: readonly string[] = ["ClusterRole", "ClusterRoleBinding", "GatewayClass"];

/** On everything that the lab makes. */
const OWN = "app.kubernetes.io/part-of=grpc-lb-lab";

/** The objects of rendered manifests that have no namespace, but for the namespace itself. */
export function clusterScoped(manifests: string): ClusterScoped[] {
  return manifests.split(/^---$/m).flatMap((manifest) => {
    const [, kind = ""] = /^kind: (\S+)$/m.exec(manifest) ?? [];
    const [, name = ""] = /^ {2}name: (\S+)$/m.exec(manifest) ?? [];
    return KINDS.includes(kind) ? [{ kind, name }] : [];
  });
}

/** Deletes them, where they are there and have the lab's label: another's of the same name stay. */
export async function deleteClusterScoped({ kubectl }: Cluster, objects: readonly ClusterScoped[]): Promise<void> {
  for (const { kind, name } of objects) {
    const which = ["--selector", OWN, "--field-selector", `metadata.name=${name}`];
    await kubectl.run(["delete", kind, ...which, "--ignore-not-found"]).catch((error: Error) => {
      // In a cluster without the Gateway API there is no GatewayClass either; `--ignore-not-found` is of names, not of kinds.
      if (!error.message.includes(`doesn't have a resource type "${kind}"`)) throw error;
    });
  }
}
