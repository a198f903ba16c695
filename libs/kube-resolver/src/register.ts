import { experimental } from "@grpc/grpc-js";
import { resolverClass } from "./kubernetes-resolver.ts";
import { checkOptions, type KubernetesResolverOptions } from "./options.ts";
import { ProxyNotice } from "./proxy-notice.ts";
import { ServiceWatches } from "./service-watches.ts";
import { scheme } from "./target.ts";

let registered: string | undefined;

/**
 * Makes grpc-js resolve `kubernetes:` targets from EndpointSlices, for channels that are created from now on. Nothing is
 * read or connected to before a channel needs it, so this may be called outside a cluster, too. A second call with
 * the same options changes nothing, one with others replaces them.
 *
 * Targets: `kubernetes:///service`, `/service:port`, `/service.namespace:port`,
 * `/service.namespace.svc.cluster.local:port`, `kubernetes://api-server/…`; `port` is the name of a port of the Service or
 * the number of a port of its pods, and may be left out when there is only one. Wrong ones make the constructor of the
 * channel throw. Ask for a policy such as `round_robin` by service config: grpc-js otherwise stays with one endpoint.
 *
 * @throws Error naming an option that is wrong.
 */
export function register(options: KubernetesResolverOptions = {}): void {
  checkOptions(options);
  const text = JSON.stringify(options);
  if (text === registered) return;
  registered = text;
  const watches = new ServiceWatches(options, process.env);
  experimental.registerResolver(scheme, resolverClass(watches, new ProxyNotice(process.env)));
}
