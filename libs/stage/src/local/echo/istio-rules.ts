import type { MeshRoute, MeshService, PeerAuthentication } from "@grpc-lb-lab/control-plane";
import { InputError } from "../../input-error.ts";
import type { IstioRule } from "./istio-manifest.ts";

type RuleOf<Kind extends IstioRule["kind"]> = Extract<IstioRule, { kind: Kind }>;

/** What rules say of the one Service that they may speak of. */
export type RuledService = Pick<MeshService, "subsets" | "tls" | "lbPolicy" | "routes">;

/** The Service and the namespace that rules are for. */
export interface RuledName {
  readonly service: string;
  readonly namespace: string;
}

/** The rules that were applied so far: the part of the API server that istiod reads. A rule replaces the one of its kind, namespace and name. */
export class IstioRules {
  readonly #of: RuledName;
  readonly #rules = new Map<string, IstioRule>();

  constructor(of: RuledName) {
    this.#of = of;
  }

  /**
   * Adds or replaces rules; either all of them or, when one is wrong, none.
   * @throws {InputError} when one speaks of another host or namespace.
   */
  apply(rules: readonly IstioRule[]): void {
    for (const rule of rules) this.#check(rule);
    for (const rule of rules) this.#rules.set(keyOf(rule), rule);
  }

  /** A copy, to try rules on. */
  copy(): IstioRules {
    const copy = new IstioRules(this.#of);
    for (const [key, rule] of this.#rules) copy.#rules.set(key, rule);
    return copy;
  }

  /** Of several DestinationRules for a host, the subsets add up and the first one's trafficPolicy counts, which may be none. */
  get service(): RuledService {
    const destinationRules = this.#ofKind("DestinationRule");
    const { tls, loadBalancer } = destinationRules[0]?.spec.trafficPolicy ?? {};
    return {
      subsets: destinationRules.flatMap(({ spec }) => spec.subsets),
      routes: this.#ofKind("VirtualService").flatMap(({ spec }) => spec.http.map(toRoute)),
      ...(tls === undefined ? {} : { tls: tls.mode }),
      ...(loadBalancer === undefined ? {} : { lbPolicy: loadBalancer.simple }),
    };
  }

  get peerAuthentications(): PeerAuthentication[] {
    return this.#ofKind("PeerAuthentication").map(({ spec: { selector, mtls } }) => ({
      namespace: this.#of.namespace,
      mode: mtls.mode,
      ...(selector === undefined ? {} : { labels: selector.matchLabels }),
    }));
  }

  #ofKind<Kind extends IstioRule["kind"]>(kind: Kind): RuleOf<Kind>[] {
    return [...this.#rules.values()].filter((rule): rule is RuleOf<Kind> => rule.kind === kind);
  }

  #check(rule: IstioRule): void {
    const { service, namespace } = this.#of;
    const given = rule.metadata.namespace ?? namespace;
    if (given !== namespace) refuse(rule, `namespace ${given}`, `the pods are in ${namespace}`);
    // Istio completes names without a dot only (ResolveShortnameToFQDN in its pilot/pkg/model/config.go).
    const names = [service, `${service}.${namespace}.svc.cluster.local`];
    const stranger = hostsOf(rule).find((host) => !names.includes(host));
    if (stranger !== undefined)
      refuse(rule, `host ${stranger}`, `the only Service is ${service}.${namespace}.svc.cluster.local`);
  }
}

function refuse({ kind, metadata }: IstioRule, what: string, but: string): never {
  throw new InputError(`${kind} ${metadata.name} speaks of ${what}, but ${but}`);
}

function keyOf({ kind, metadata }: IstioRule): string {
  return `${kind}/${metadata.name}`;
}

function hostsOf(rule: IstioRule): string[] {
  if (rule.kind === "DestinationRule") return [rule.spec.host];
  if (rule.kind === "PeerAuthentication") return [];
  const { hosts, http } = rule.spec;
  return [...hosts, ...http.flatMap(({ route }) => route.map(({ destination }) => destination.host))];
}

function toRoute({ name, route, retries }: RuleOf<"VirtualService">["spec"]["http"][number]): MeshRoute {
  return {
    ...(name === undefined ? {} : { name }),
    destinations: route.map(({ destination: { subset }, weight }) => ({
      ...(subset === undefined ? {} : { subset }),
      // Istio gives a sole destination all calls, whatever its weight, and others that say none 0.
      weight: route.length === 1 ? 1 : (weight ?? 0),
    })),
    ...(retries === undefined
      ? {}
      : {
          retries: {
            attempts: retries.attempts,
            ...(retries.retryOn === undefined ? {} : { retryOn: retries.retryOn }),
          },
        }),
  };
}
