import { groupByEach } from "../group-by-each.ts";
import type { Manifest } from "../manifest.ts";
import { fullHost } from "../service-host.ts";

/** Rules by the hosts that they name, so that a call asks those alone that may be for it. */
export class HostIndex<Rule extends Manifest> {
  readonly #byHost: ReadonlyMap<string, readonly Rule[]>;
  readonly #places: ReadonlyMap<Rule, number>;
  /** How long the wildcards are, from the longest. */
  readonly #wildcards: readonly number[];

  constructor(rules: readonly Rule[], hostsOf: (rule: Rule) => readonly string[]) {
    this.#byHost = groupByEach(rules, (rule) => hostsOf(rule).map((host) => fullHost(host, rule).toLowerCase()));
    this.#places = new Map(rules.map((rule, place) => [rule, place]));
    const lengths = [...this.#byHost.keys()].filter((host) => host.startsWith("*")).map(({ length }) => length);
    this.#wildcards = [...new Set(lengths)].toSorted((a, b) => b - a);
  }

  /**
   * Of the rules that `isMeant`, those that name one of `names` most closely, in their order: all of it before a longer wildcard, and that before a
   * shorter.
   */
  closest(names: readonly string[], isMeant: (rule: Rule) => boolean): readonly Rule[] {
    const exactly = this.#naming(names, isMeant);
    if (exactly.length > 0) return exactly;
    for (const length of this.#wildcards) {
      const wildcards = names
        .filter((name) => name.length >= length - 1)
        .map((name) => `*${name.slice(name.length - length + 1)}`);
      const found = this.#naming(wildcards, isMeant);
      if (found.length > 0) return found;
    }
    return [];
  }

  #naming(hosts: readonly string[], isMeant: (rule: Rule) => boolean): readonly Rule[] {
    const rules = new Set(hosts.flatMap((host) => this.#byHost.get(host) ?? []));
    const place = (rule: Rule) => this.#places.get(rule) ?? 0;
    return [...rules].filter(isMeant).toSorted((a, b) => place(a) - place(b));
  }
}
