import { defaultNamespace, type Environment, loadCredentials, locateServer } from "./cluster.ts";
import type { KubernetesResolverOptions } from "./options.ts";
import { type ServiceState, ServiceWatch } from "./service-watch.ts";
import type { KubernetesTarget } from "./target.ts";

/** One channel's share in the watch of a Service. */
export interface Subscription {
  /** `namespace/name` of the Service. */
  readonly service: string;
  /** The latest that is known. */
  readonly state: ServiceState;
  /** Gives the share back; the watch stops with the last one. */
  close(): void;
}

interface SharedWatch {
  readonly watch: ServiceWatch;
  readonly listeners: Set<() => void>;
}

/** The running watches of this process: one for each Service, however many channels use it. */
export class ServiceWatches {
  readonly #environment: Environment;
  readonly #options: KubernetesResolverOptions;
  readonly #watches = new Map<string, SharedWatch>();

  constructor(options: KubernetesResolverOptions, environment: Environment) {
    this.#environment = environment;
    this.#options = options;
  }

  /** Takes part in the watch of a target's Service; `onChange` is called after each change of its state. */
  subscribe(target: KubernetesTarget, onChange: () => void): Subscription {
    const { apiServer, service } = target;
    const namespace = target.namespace ?? defaultNamespace(this.#options, this.#environment);
    const key = JSON.stringify([this.#serverName(apiServer), namespace, service]);
    const shared = this.#watches.get(key) ?? this.#start(key, namespace, target);
    // Two subscriptions of one function are two shares.
    const listener = () => onChange();
    shared.listeners.add(listener);
    return {
      service: `${namespace}/${service}`,
      get state() {
        return shared.watch.state;
      },
      close: () => this.#leave(key, shared, listener),
    };
  }

  #start(key: string, namespace: string, { apiServer, service }: KubernetesTarget): SharedWatch {
    const locate = () => {
      const server = locateServer(this.#options, this.#environment, apiServer);
      return { server, credentials: loadCredentials(this.#options, server) };
    };
    const listeners = new Set<() => void>();
    const watch = new ServiceWatch({ namespace, service, locate, settings: this.#options }, () => {
      for (const listener of listeners) listener();
    });
    this.#watches.set(key, { watch, listeners });
    return { watch, listeners };
  }

  #leave(key: string, { watch, listeners }: SharedWatch, listener: () => void): void {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    watch.stop();
    this.#watches.delete(key);
  }

  /** What tells API servers apart; nothing while none can be found, which the watch then reports. */
  #serverName(authority: string | undefined): string {
    try {
      return locateServer(this.#options, this.#environment, authority).href;
    } catch {
      return "";
    }
  }
}
