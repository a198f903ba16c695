import * as v from "valibot";
import { parseAllDocuments } from "yaml";
import { InputError } from "../../input-error.ts";

const name = v.pipe(v.string(), v.nonEmpty());
const labels = v.record(v.string(), v.string());
const metadata = v.strictObject({
  name,
  namespace: v.optional(name),
  labels: v.optional(labels),
  annotations: v.optional(labels),
});
const trafficPolicy = v.strictObject({
  loadBalancer: v.optional(v.strictObject({ simple: v.picklist(["ROUND_ROBIN", "LEAST_REQUEST", "RANDOM"]) })),
  tls: v.optional(v.strictObject({ mode: v.picklist(["DISABLE", "ISTIO_MUTUAL"]) })),
});

const DestinationRule = v.strictObject({
  apiVersion: v.picklist(["networking.istio.io/v1", "networking.istio.io/v1beta1", "networking.istio.io/v1alpha3"]),
  kind: v.literal("DestinationRule"),
  metadata,
  spec: v.strictObject({
    host: name,
    trafficPolicy: v.optional(trafficPolicy),
    subsets: v.optional(v.array(v.strictObject({ name, labels })), []),
  }),
});

const destination = v.strictObject({ host: name, subset: v.optional(name) });
const weight = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));
const VirtualService = v.strictObject({
  apiVersion: DestinationRule.entries.apiVersion,
  kind: v.literal("VirtualService"),
  metadata,
  spec: v.strictObject({
    hosts: v.array(name),
    http: v.array(
      v.strictObject({
        name: v.optional(name),
        route: v.pipe(v.array(v.strictObject({ destination, weight: v.optional(weight) })), v.minLength(1)),
        retries: v.optional(
          v.strictObject({ attempts: v.pipe(v.number(), v.integer(), v.minValue(0)), retryOn: v.optional(name) }),
        ),
      }),
    ),
  }),
});

const PeerAuthentication = v.strictObject({
  apiVersion: v.picklist(["security.istio.io/v1", "security.istio.io/v1beta1"]),
  kind: v.literal("PeerAuthentication"),
  metadata,
  spec: v.strictObject({
    selector: v.optional(v.strictObject({ matchLabels: labels })),
    mtls: v.strictObject({ mode: v.picklist(["DISABLE", "PERMISSIVE", "STRICT"]) }),
  }),
});

const IstioRule = v.variant("kind", [DestinationRule, VirtualService, PeerAuthentication]);

/**
 * A DestinationRule, a VirtualService or a PeerAuthentication, as far as the lab's control plane takes them.
 * @see https://istio.io/latest/docs/reference/config/
 */
export type IstioRule = v.InferOutput<typeof IstioRule>;

/**
 * Reads the rules of a YAML text of one or more documents. Fields that would have no effect here are refused, for who wrote them expects one.
 * @throws {InputError} that names the rule, the field and what it may be.
 */
export function parseIstioRules(yaml: string): IstioRule[] {
  const documents = parseAllDocuments(yaml);
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new InputError(`the rules are no YAML: ${problem.message}`);
    return parseRule(document.toJS());
  });
}

function parseRule(value: unknown): IstioRule {
  const result = v.safeParse(IstioRule, value);
  if (result.success) return result.output;
  const [{ message }] = result.issues;
  const where = v.getDotPath(result.issues[0]);
  throw new InputError(
    `${titleOf(value)}${where === null ? "" : `: ${where}`}: ${message}; the lab's own control plane takes DestinationRule, VirtualService and PeerAuthentication, and of their fields those of the walk-through`,
  );
}

function titleOf(value: unknown): string {
  const { kind = "a document", metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  return [kind, metadata?.name].filter(Boolean).join(" ");
}
