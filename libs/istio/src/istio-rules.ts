import type { MeshService, PeerAuthentication, TrafficPolicy } from "@grpc-lb-lab/control-plane";
import { InputError } from "@grpc-lb-lab/stage-api";
import { explainUnheeded } from "./explain-unheeded.ts";
import type { IstioRule, WrittenRule } from "./istio-manifest.ts";
import { effectNotes, rejectedFields } from "./rejected-fields.ts";
import { serviceOf, toRoutes } from "./to-routes.ts";
import { toTrafficPolicy } from "./to-traffic-policy.ts";
import { type RuledWorkload, toWorkloadRules } from "./to-workload-rules.ts";
import type { HttpRoute } from "./virtual-service.ts";

type RuleOf<Kind extends IstioRule["kind"]> = Extract<IstioRule, { kind: Kind }>;

/** What rules say of a Service. */
export type RuledService = TrafficPolicy & Pick<MeshService, "subsets" | "tls" | "routes">;

/** The Services that rules may speak of. */
export interface RuledNames {
  /** The names of those that there are. */
  readonly services: readonly string[];
  /** The namespace of all of them. */
  readonly namespace: string;
  /** The one port of each. */
  readonly port: number;
}

/** A rule, and what comes of it. */
export interface RuleState {
  /** `VirtualService/echo` */
  readonly name: string;
  /** What of it is without effect, or is rejected by gRPC, and why; one sentence each. */
  readonly notes: readonly string[];
}

/**
 * The rules that were applied so far: the part of the API server that istiod reads. A rule replaces the one of its kind and name, and stays
 * as old as that was.
 */
export class IstioRules {
  readonly #of: RuledNames;
  readonly #rules = new Map<string, WrittenRule>();

  constructor(of: RuledNames) {
    this.#of = of;
  }

  /**
   * Adds or replaces rules; either all of them or, when one is wrong, none.
   * @throws {InputError} when one speaks of another host, port or namespace.
   */
  apply(rules: readonly WrittenRule[]): void {
    for (const { rule } of rules) this.#check(rule);
    for (const written of rules) this.#rules.set(keyOf(written.rule), written);
  }

  /**
   * Removes rules by kind and name.
   * @throws {InputError} when one is not there; then none is removed.
   */
  delete(rules: readonly WrittenRule[]): void {
    const keys = rules.map(({ rule }) => keyOf(rule));
    const missing = keys.find((key) => !this.#rules.has(key));
    if (missing !== undefined) throw new InputError(`there is no ${missing}; lab get shows what there is`);
    for (const key of keys) this.#rules.delete(key);
  }

  /** A copy, to try rules on. */
  copy(): IstioRules {
    const copy = new IstioRules(this.#of);
    for (const [key, rule] of this.#rules) copy.#rules.set(key, rule);
    return copy;
  }

  /** All rules, the oldest first. */
  get states(): RuleState[] {
    return [...this.#rules.values()].map(({ rule, unheeded }) => ({
      name: keyOf(rule),
      notes: [...this.#hiddenBy(rule), ...unheeded.map(explainUnheeded), ...effectNotes(rule)],
    }));
  }

  /**
   * What they say of a Service. Of several DestinationRules for a host, the subsets add up, and the oldest trafficPolicy counts (`mergeDestinationRule`
   * of Istio's pilot/pkg/model/destination_rule.go); of several VirtualServices the oldest counts.
   */
  service(service: string): RuledService {
    const policy = this.#policyRule(service)?.spec.trafficPolicy;
    const subsets = this.#destinationRules(service).flatMap(({ spec }) => spec.subsets);
    return {
      subsets: subsets.map(({ name, labels, trafficPolicy }) => ({
        name,
        labels,
        ...toTrafficPolicy(trafficPolicy),
      })),
      routes: this.#virtualServices(service)
        .slice(0, 1)
        .flatMap(({ spec }) => spec.http.flatMap((http) => toRoutes(http, service))),
      ...(policy?.tls && { tls: policy.tls.mode }),
      ...toTrafficPolicy(policy),
    };
  }

  get peerAuthentications(): PeerAuthentication[] {
    return this.#ofKind("PeerAuthentication").flatMap(({ spec: { selector, mtls } }) => {
      if (mtls === undefined || mtls.mode === "UNSET") return [];
      const labels = selector === undefined ? {} : { labels: selector.matchLabels };
      return [{ namespace: this.#of.namespace, mode: mtls.mode, ...labels }];
    });
  }

  /** What they say of what comes to a pod with these labels, where a proxy stands before it. */
  workload(labels: Readonly<Record<string, string>>): RuledWorkload {
    return toWorkloadRules(
      [...this.#rules.values()].map(({ rule }) => rule),
      labels,
    );
  }

  /** The rule, and its field, that a client rejects with this reason; undefined: not known. */
  culprit(reason: string): { readonly name: string; readonly field: string } | undefined {
    const inForce = [...this.#rules.values()].filter(({ rule }) => this.#hiddenBy(rule).length === 0);
    return inForce.flatMap(({ rule }) =>
      rejectedFields(rule, reason).map((field) => ({ name: keyOf(rule), field })),
    )[0];
  }

  #policyRule(service: string): RuleOf<"DestinationRule"> | undefined {
    return this.#destinationRules(service).find(({ spec }) => spec.trafficPolicy !== undefined);
  }

  #destinationRules(service: string): RuleOf<"DestinationRule">[] {
    return this.#ofKind("DestinationRule").filter(({ spec }) => serviceOf(spec.host) === service);
  }

  #virtualServices(service: string): RuleOf<"VirtualService">[] {
    return this.#ofKind("VirtualService").filter(({ spec }) => spec.hosts.map(serviceOf).includes(service));
  }

  /** Whether an older rule keeps this one, or its trafficPolicy, without effect. */
  #hiddenBy(rule: IstioRule): string[] {
    if (rule.kind === "VirtualService") {
      const oldest = rule.spec.hosts.map((host) => this.#virtualServices(serviceOf(host))[0]);
      const [older] = oldest.filter((other) => other !== undefined);
      return older === undefined || oldest.includes(rule)
        ? []
        : [`${keyOf(older)} is older, and the oldest for a host counts`];
    }
    if (rule.kind !== "DestinationRule" || rule.spec.trafficPolicy === undefined) return [];
    const policy = this.#policyRule(serviceOf(rule.spec.host));
    if (policy === rule || policy === undefined) return [];
    return [`spec.trafficPolicy: that of ${keyOf(policy)} is older, and the oldest for a host counts`];
  }

  #ofKind<Kind extends IstioRule["kind"]>(kind: Kind): RuleOf<Kind>[] {
    return [...this.#rules.values()].map(({ rule }) => rule).filter((rule): rule is RuleOf<Kind> => rule.kind === kind);
  }

  #check(rule: IstioRule): void {
    const { services, namespace, port } = this.#of;
    const given = rule.metadata.namespace ?? namespace;
    if (given !== namespace) refuse(rule, `namespace ${given}`, `the pods are in ${namespace}`);
    // Istio completes names without a dot only (ResolveShortnameToFQDN in its pilot/pkg/model/config.go).
    const hosts = services.map((service) => `${service}.${namespace}.svc.cluster.local`);
    const names = [...services, ...hosts];
    const stranger = hostsOf(rule).find((host) => !names.includes(host));
    if (stranger !== undefined)
      refuse(
        rule,
        `host ${stranger}`,
        `${hosts.length === 1 ? "the only Service is" : "there are"} ${hosts.join(", ")}`,
      );
    const other = portsOf(rule).find((number) => number !== port);
    if (other !== undefined) refuse(rule, `port ${other}`, `the Service's only port is ${port}`);
  }
}

function refuse({ kind, metadata }: IstioRule, what: string, but: string): never {
  throw new InputError(`${kind} ${metadata.name} names ${what}, but ${but}`);
}

/** `VirtualService/echo` */
export function keyOf({ kind, metadata }: IstioRule): string {
  return `${kind}/${metadata.name}`;
}

function destinationsOf(rule: IstioRule): HttpRoute["route"][number]["destination"][] {
  if (rule.kind !== "VirtualService") return [];
  return rule.spec.http.flatMap(({ route, mirror, mirrors = [] }) => [
    ...[...route, ...mirrors].map(({ destination }) => destination),
    ...(mirror === undefined ? [] : [mirror]),
  ]);
}

function hostsOf(rule: IstioRule): string[] {
  if (rule.kind === "DestinationRule") return [rule.spec.host];
  if (rule.kind !== "VirtualService") return [];
  return [...rule.spec.hosts, ...destinationsOf(rule).map(({ host }) => host)];
}

function portsOf(rule: IstioRule): number[] {
  return destinationsOf(rule).flatMap(({ port }) => port?.number ?? []);
}
