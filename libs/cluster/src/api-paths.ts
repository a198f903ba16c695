/** Where a namespace's Pods, Services, … are. */
export function corePath(namespace: string, rest: string): string {
  return `/api/v1/namespaces/${namespace}/${rest}`;
}

/** Where a namespace is. */
export function namespacePath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}`;
}

/** Where a namespace's Deployments are. */
export function deploymentsPath(namespace: string, name = ""): string {
  return appsPath(namespace, `deployments${name && `/${name}`}`);
}

/** Where a namespace's Gateways are, of clusters with the Gateway API. */
export function gatewaysPath(namespace: string): string {
  return `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/gateways`;
}

/** Where what belongs to the API group `apps` is. */
export function appsPath(namespace: string, rest: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/${rest}`;
}

/** A path of a pod's HTTP port, through the API server. */
export function podProxyPath(namespace: string, pod: string, port: number, path: string): string {
  return corePath(namespace, `pods/${pod}:${port}/proxy${path}`);
}
