import { setTimeout as delay } from "node:timers/promises";
import { type KubeClient, KubeError } from "@grpc-lb-lab/cluster";
import { type GrpcRouteRules, InputError, type IstioRules, type Mode, type Refusal } from "@grpc-lb-lab/stage-api";
import type { ProblemLog } from "../deployment/problem-log.ts";
import { RefusalLog } from "../deployment/refusal-log.ts";
import { needsIstio } from "./istio.ts";
import { KUBERNETES } from "./kubernetes-traits.ts";
import type { Nack } from "./nack-log.ts";
import { NackWatch } from "./nack-watch.ts";
import { routeVerdict } from "./route-status.ts";
import { ruleHosts } from "./rule-hosts.ts";
import { objectName } from "./rule-kinds.ts";
import type { RuleObjects } from "./rule-objects.ts";

/** Where rules are to be in force. */
export interface RulesPlace {
  readonly client: KubeClient;
  readonly mode: Mode;
  readonly namespace: string;
  readonly problems: ProblemLog;
}

/** How often istiod's log is read: often enough for one that is rotated at once. */
const LOOK_AGAIN_MS = 1_000;

/** Traffic rules that are objects of Kubernetes', and who does not take them. */
export class RulesInForce {
  readonly #place: RulesPlace;
  readonly #nacks: NackWatch | undefined;
  readonly #refusals = new RefusalLog();

  private constructor(place: RulesPlace, nacks: NackWatch | undefined) {
    this.#place = place;
    this.#nacks = nacks;
  }

  /**
   * Applies rules, and resolves when everybody has had the time to take them.
   * @param signal - aborts with the deployment.
   * @throws {RulesRefusedError} when the API server or a webhook does not take them; what was applied before stays until it is restored.
   * @throws {InputError} when no controller looks at a route.
   */
  static async start(
    place: RulesPlace,
    rules: IstioRules | GrpcRouteRules,
    objects: RuleObjects,
    signal: AbortSignal,
  ): Promise<RulesInForce> {
    const { client, mode, namespace, problems } = place;
    const nacks = needsIstio(mode) ? await nackWatch(place, rules, signal) : undefined;
    const inForce = new RulesInForce(place, nacks);
    await objects.apply(rules, mode.routeParent, signal);
    const routes = rules.objects.filter(({ kind }) => kind === "GRPCRoute").map(objectName);
    for (const route of routes) {
      const verdict = await routeVerdict(client, namespace, route, signal);
      for (const refusal of verdict.refusals) inForce.#refusals.add(refusal);
      for (const problem of verdict.problems) problems.add(problem);
    }
    // Istio does not tell when proxies and clients have what it sends them.
    await delay(KUBERNETES.abilities.pushMs, undefined, { signal });
    void inForce.#follow(signal).catch((error: Error) => {
      if (!signal.aborted) problems.add(error.message);
    });
    return inForce;
  }

  /** Who has not taken the rules, each once; grows. */
  get refusals(): readonly Refusal[] {
    return this.#refusals.refusals;
  }

  /** Sees that all are known who have not taken them until now. */
  async look(signal: AbortSignal): Promise<void> {
    await this.#noteNacks((nacks) => nacks.logged(signal));
    await this.#noteNacks((nacks) => nacks.counted(signal));
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (this.#nacks !== undefined) {
      await this.#noteNacks((nacks) => nacks.logged(signal));
      await delay(LOOK_AGAIN_MS, undefined, { signal });
    }
  }

  async #noteNacks(read: (nacks: NackWatch) => Promise<readonly Nack[]>): Promise<void> {
    if (this.#nacks === undefined) return;
    const nacks = (await read(this.#nacks).catch((error) => unknown(this.#place, error))) ?? [];
    for (const { by, reason, isOurs } of nacks) {
      if (isOurs) this.#refusals.add({ by, reason });
      else this.#place.problems.add(`${by}, not of these rules as far as is known: ${reason}`);
    }
  }
}

function nackWatch(
  place: RulesPlace,
  rules: IstioRules | GrpcRouteRules,
  signal: AbortSignal,
): Promise<NackWatch | undefined> {
  const { client, namespace, mode } = place;
  const source = { namespace, beside: mode.beside, hosts: ruleHosts(rules, namespace) };
  return NackWatch.start(client, source, signal).catch((error) => unknown(place, error));
}

/** Whoever may not ask istiod can have rules all the same. */
function unknown({ problems }: RulesPlace, error: unknown): undefined {
  if (!(error instanceof InputError || error instanceof KubeError)) throw error;
  problems.add(`who refuses rules by an xDS NACK is not known: ${error.message}`);
}
