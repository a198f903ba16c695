import { type KubeClient, KubeError, type KubeList, type KubeObject, NotPermittedError } from "@grpc-lb-lab/cluster";
import {
  type GrpcRouteRules,
  type IstioRules,
  type JsonObject,
  type Mode,
  type RuleObject,
  RulesRefusedError,
} from "@grpc-lb-lab/stage-api";
import { ChangedObject, type ObjectName, objectsPath } from "./changed-object.ts";
import { objectName, RULE_KINDS, type RuleKind } from "./rule-kinds.ts";

/** Not that of other changes: rules come after them, and go before them, so that what is remembered here has them in it. */
export const RULES_ANNOTATION = "grpc-lb-lab/before-rules";

/** The objects of a mode's namespace by which something is asked of traffic; they are what they were once the rules go. */
export class RuleObjects {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #changed: ObjectName[] = [];

  constructor(client: KubeClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /**
   * Applies rules, one object after the other.
   * @throws {RulesRefusedError} when the API server or a webhook does not take one; those before it stay until {@link restore}.
   */
  async apply(rules: IstioRules | GrpcRouteRules, parent: Mode["routeParent"], signal: AbortSignal): Promise<void> {
    for (const rule of rules.objects) {
      const name = objectName(rule);
      this.#changed.unshift(name);
      await this.#object(name)
        .change((deployed) => specOf(rule, deployed, parent), signal)
        .catch(refusal);
    }
  }

  /** Makes every object what it was before {@link apply}, whatever becomes of the others. @throws what went wrong first. */
  async restore(signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    for (const name of this.#changed)
      await this.#object(name)
        .restore(signal)
        .catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  /** Takes back what a killed lab has left. A kind that may not be listed is passed over: whoever may not see it has changed none. */
  async restoreLeft(signal: AbortSignal): Promise<void> {
    const left = await Promise.all(RULE_KINDS.map((kind) => this.#left(kind, signal)));
    for (const name of left.flat()) await this.#object(name).restore(signal);
  }

  async #left(kind: RuleKind, signal: AbortSignal): Promise<readonly ObjectName[]> {
    const path = objectsPath(this.#namespace, kind);
    const all = await this.#client.find<KubeList<KubeObject>>(path, signal).catch((error: unknown) => {
      if (error instanceof NotPermittedError) return undefined;
      throw error;
    });
    const changed = (all?.items ?? []).filter(({ metadata }) => metadata.annotations?.[RULES_ANNOTATION] !== undefined);
    return changed.map(({ metadata }) => ({ ...kind, name: metadata.name }));
  }

  #object(name: ObjectName): ChangedObject<JsonObject> {
    return new ChangedObject(this.#client, this.#namespace, name, RULES_ANNOTATION);
  }
}

/** Where routes are attached that do not say it: to the Service (GAMMA). https://gateway-api.sigs.k8s.io/mesh/ */
const SERVICE: NonNullable<Mode["routeParent"]> = { group: "", kind: "Service", name: "backend" };

/** What an object is asked to be. A route takes the place of a deployed one; others are merged into it. */
export function specOf(
  { kind, spec }: RuleObject,
  deployed: JsonObject | undefined,
  parent: Mode["routeParent"] = SERVICE,
): JsonObject {
  if (kind === "GRPCRoute") return { parentRefs: [parent], ...spec };
  const policies = [deployed?.trafficPolicy, spec.trafficPolicy].filter((policy) => policy !== undefined);
  return { ...deployed, ...spec, ...(policies.length === 0 ? {} : { trafficPolicy: Object.assign({}, ...policies) }) };
}

/** Bad Request, also of webhooks, and Unprocessable Entity: what a CustomResourceDefinition's schema does not allow. */
const REFUSED = new Set([400, 422]);
const BY_WEBHOOK = /admission webhook "([^"]+)" denied the request: (.*)/s;
/** Names of istiod's webhooks: `validation.istio.io`, and with a revision before it. */
const OF_ISTIOD = /validation\.istio\.io$/;

function refusal(error: unknown): never {
  if (!(error instanceof KubeError && REFUSED.has(error.status))) throw error;
  const [, webhook, reason = error.reason] = BY_WEBHOOK.exec(error.reason) ?? [];
  throw new RulesRefusedError(refuser(webhook), reason, { cause: error });
}

function refuser(webhook: string | undefined): string {
  if (webhook === undefined) return "the API server";
  return OF_ISTIOD.test(webhook) ? "istiod's webhook" : `the webhook ${webhook}`;
}
