import { type ChannelOptions, experimental, status } from "@grpc/grpc-js";
import type { ProxyNotice } from "./proxy-notice.ts";
import { type KubernetesEndpoint, selectEndpoints } from "./select-endpoints.ts";
import type { ServiceWatches, Subscription } from "./service-watches.ts";
import { authorityOf, formatTarget, type KubernetesTarget, parseTarget } from "./target.ts";

/**
 * Resolves one channel's target from the EndpointSlices of its Service and pushes each change to the channel. A request
 * to resolve again changes nothing: what is known is as new as the API server's word.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/naming.md
 */
export class KubernetesResolver implements experimental.Resolver {
  readonly #listener: experimental.ResolverListener;
  readonly #target: KubernetesTarget;
  readonly #targetText: string;
  readonly #watches: ServiceWatches;
  #hasEndpoints = false;
  #lastReport = "";
  #subscription: Subscription | undefined;

  /** @throws Error when the target is not of the form that `parseTarget` describes. */
  constructor(target: experimental.GrpcUri, listener: experimental.ResolverListener, watches: ServiceWatches) {
    this.#listener = listener;
    this.#target = parseTarget(target);
    this.#targetText = formatTarget(target);
    this.#watches = watches;
  }

  /** Starts to follow the Service, unless that was done before. */
  updateResolution(): void {
    if (this.#subscription !== undefined) return;
    const subscription = this.#watches.subscribe(this.#target, () => this.#report(subscription));
    this.#subscription = subscription;
    // A watch that other channels share may know the endpoints already; listeners are never called synchronously.
    setImmediate(() => this.#report(subscription));
  }

  /** Leaves the watch; the last channel to leave stops it. */
  destroy(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
    this.#hasEndpoints = false;
    this.#lastReport = "";
  }

  #report(subscription: Subscription): void {
    if (subscription !== this.#subscription) return;
    const { slices, failure } = subscription.state;
    const selection = slices && selectEndpoints(slices, this.#target.port);
    if (selection?.endpoints !== undefined) {
      this.#pushEndpoints(selection.endpoints);
      return;
    }
    const reason = selection && `Service ${subscription.service}: ${selection.reason}`;
    const reasons = [reason, failure].filter((text) => text !== undefined);
    if (reasons.length > 0) this.#pushFailure(reasons.join("; "));
  }

  /** Pushes endpoints that differ from the last ones: policies begin their rotation anew with each push. */
  #pushEndpoints(endpoints: readonly KubernetesEndpoint[]): void {
    if (!this.#isNews(JSON.stringify(endpoints))) return;
    this.#hasEndpoints = true;
    this.#listener(experimental.statusOrFromValue([...endpoints]), {}, null, "");
  }

  #pushFailure(reason: string): void {
    const details = `Name resolution failed for target ${this.#targetText}: ${reason}`;
    if (!this.#isNews(details)) return;
    // Policies ignore an error while they have endpoints, and round_robin lets calls wait when it has none: so first take
    // away the endpoints that are gone, then say why.
    if (this.#hasEndpoints) this.#listener(experimental.statusOrFromValue([]), {}, null, details);
    this.#hasEndpoints = false;
    this.#listener(experimental.statusOrFromError({ code: status.UNAVAILABLE, details }), {}, null, details);
  }

  #isNews(report: string): boolean {
    if (report === this.#lastReport) return false;
    this.#lastReport = report;
    return true;
  }
}

/** The shape in which grpc-js takes a resolver: a class that it constructs for each channel. */
export function resolverClass(
  watches: ServiceWatches,
  proxyNotice: ProxyNotice,
): Parameters<typeof experimental.registerResolver>[1] {
  return class extends KubernetesResolver {
    constructor(target: experimental.GrpcUri, listener: experimental.ResolverListener, _options: ChannelOptions) {
      super(target, listener, watches);
      proxyNotice.resolved(target);
    }

    static getDefaultAuthority(target: experimental.GrpcUri): string {
      const authority = authorityOf(target);
      proxyNotice.asked(target);
      return authority;
    }
  };
}
