import type { Cluster } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/input-error";
import { expect, test } from "vitest";
import { clusterScoped, deleteClusterScoped } from "./cluster-scoped.ts";

const MANIFESTS = `apiVersion: v1
kind: Namespace
metadata:
  name: lab-made-up
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  labels:
    app.kubernetes.io/part-of: grpc-lb-lab
  name: lab-made-up
subjects:
- kind: ServiceAccount
  name: proxy
---
apiVersion: v1
kind: Service
metadata:
  name: proxy
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: lab-made-up
`;

const OBJECTS = [
  { kind: "ClusterRoleBinding", name: "lab-made-up" },
  { kind: "GatewayClass", name: "lab-made-up" },
];

test("what has no namespace is told apart from what has one, and from the namespace", () => {
  expect(clusterScoped(MANIFESTS)).toEqual(OBJECTS);
});

test("it is deleted by its name, and only where the lab has made it", async () => {
  const commands: string[] = [];
  const kubectl = { run: async (args: readonly string[]) => void commands.push(args.join(" ")) };
  await deleteClusterScoped({ kubectl } as unknown as Cluster, OBJECTS);
  const own = "--selector app.kubernetes.io/part-of=grpc-lb-lab --field-selector metadata.name=lab-made-up";
  expect(commands).toEqual([
    `delete ClusterRoleBinding ${own} --ignore-not-found`,
    `delete GatewayClass ${own} --ignore-not-found`,
  ]);
});

test("a kind that the cluster does not know has no object to delete; any other failure is told", async () => {
  const failing = (why: string) => {
    const kubectl = { run: async () => Promise.reject(new InputError(`kubectl delete failed in context x: ${why}`)) };
    return deleteClusterScoped({ kubectl } as unknown as Cluster, [{ kind: "GatewayClass", name: "lab-made-up" }]);
  };
  await failing('error: the server doesn\'t have a resource type "GatewayClass"');
  await expect(failing("error: unheard of")).rejects.toThrow("unheard of");
});
