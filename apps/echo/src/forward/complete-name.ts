const CLUSTER_DOMAIN = "cluster.local";

/**
 * Completes the short name of a Service by the pod's own namespace, as istiod does for the listeners that a proxyless client asks for
 * (pilot/pkg/networking/grpcgen/lds.go): `echo`, `echo.ns` and `echo.ns.svc` become `echo.ns.svc.cluster.local`. Two labels are short only when
 * the second is that namespace, as `example.com` may be a host of the mesh. Other names stay.
 */
export function completeName(name: string, namespace: string): string {
  const [service = "", second, third, ...more] = name.split(".");
  if (!/^[a-z0-9-]+$/i.test(service) || more.length > 0) return name;
  if (third !== undefined) return third === "svc" ? `${name}.${CLUSTER_DOMAIN}` : name;
  if (namespace === "") return name;
  if (second === undefined) return `${service}.${namespace}.svc.${CLUSTER_DOMAIN}`;
  return second === namespace ? `${name}.svc.${CLUSTER_DOMAIN}` : name;
}
