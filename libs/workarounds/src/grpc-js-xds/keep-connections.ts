import { experimental } from "@grpc/grpc-js";

type ResolverClass = Parameters<typeof experimental.registerResolver>[1];
type ResolverListener = ConstructorParameters<ResolverClass>[1];
type Attributes = Parameters<ResolverListener>[1];

/**
 * Lets connections outlive an xDS update, once `xds:` is registered with grpc-js. The resolver of grpc-js-xds 1.14 hands a new config selector
 * on with each update, grpc-js 1.14 counts it among the arguments that tell subchannels apart (`channelOptionsEqual`, all keys but
 * `grpc.internal.no_subchannel*`), and so every endpoint is connected to anew whenever one changes. This registers a resolver that makes
 * the selector not enumerable: grpc-js still finds it by name and no longer compares it.
 */
export function keepConnections(): void {
  const known = experimental.createResolver({ scheme: "xds", path: "probe:1" }, () => true, {});
  const XdsResolver = known.constructor as ResolverClass & { readonly keepsConnections?: true };
  if (XdsResolver.keepsConnections) return;
  class KeepingXdsResolver extends XdsResolver {
    static override readonly keepsConnections = true;

    constructor(...[target, listener, options]: ConstructorParameters<ResolverClass>) {
      const hiding: ResolverListener = (endpoints, attributes, serviceConfig, note) =>
        listener(endpoints, hideConfigSelector(attributes), serviceConfig, note);
      super(target, hiding, options);
    }
  }
  experimental.registerResolver("xds", KeepingXdsResolver);
}

function hideConfigSelector(attributes: Attributes): Attributes {
  const key = experimental.CHANNEL_ARGS_CONFIG_SELECTOR_KEY;
  return Object.defineProperty({ ...attributes }, key, { enumerable: false, value: attributes[key] });
}
