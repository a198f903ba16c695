import { type Labels, type Manifest, nameOf } from "../manifest.ts";
import type { Value } from "./fields.ts";
import { code, codes, isShort } from "./markdown.ts";

/** What an object is for, in a few words of Markdown; undefined for kinds that nothing is known of. */
export function describeObject(manifest: Manifest): string | undefined {
  return DESCRIPTIONS[manifest.kind]?.(manifest as unknown as Fields);
}

/** The fields that descriptions read, of all kinds. */
interface Fields extends Pick<Manifest, "metadata" | "data"> {
  readonly automountServiceAccountToken?: boolean;
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
    readonly clusterIP?: string;
    readonly selector?: Labels;
    readonly ports?: readonly { readonly port: number }[];
    readonly maxUnavailable?: Value;
    readonly host: string;
    readonly subsets?: readonly { readonly name: string }[];
    readonly mtls?: { readonly mode: string };
    readonly gatewayClassName: string;
    readonly listeners: readonly { readonly port: number }[];
    readonly parentRefs?: readonly { readonly name: string }[];
    readonly controllerName: string;
  };
  readonly rules: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
  readonly roleRef: { readonly name: string };
  readonly subjects: readonly { readonly name: string }[];
}

const allows = ({ rules }: Fields) =>
  rules.map(({ resources, verbs }) => `allows to ${verbs.join(", ")} ${codes(resources)}`).join("; ");
const binds = ({ roleRef, subjects }: Fields) =>
  `gives ${code(roleRef.name)} to ${codes(subjects.map(({ name }) => name))}`;

/** In the order in which objects are told. */
const DESCRIPTIONS: Readonly<Record<string, (manifest: Fields) => string | undefined>> = {
  Namespace: ({ metadata }) => `admits pods by Pod Security ${code(metadata.labels?.[POD_SECURITY] ?? "privileged")}`,
  Deployment: ({ spec }) =>
    `${count(spec.replicas ?? 1, "pod")} of ${codes(spec.template.spec.containers.map(({ image }) => image))}`,
  Service: ({ spec: { clusterIP, ports = [], selector = {} } }) =>
    `${clusterIP === "None" ? "no address of its own" : "one address"}, ${listed(ports)}, for pods with ${settings(selector)}`,
  PodDisruptionBudget: ({ spec: { maxUnavailable } }) =>
    maxUnavailable === undefined ? undefined : `node drains take ${count(maxUnavailable, "pod")} at a time`,
  ConfigMap: ({ data = {} }) => `holds ${settings(data)}`,
  ServiceAccount: ({ automountServiceAccountToken: hasToken = true }) =>
    `an identity, ${hasToken ? "with" : "without"} a token for the API server`,
  Role: allows,
  RoleBinding: binds,
  ClusterRole: allows,
  ClusterRoleBinding: binds,
  DestinationRule: ({ spec: { host, subsets = [] } }) =>
    `for calls to ${code(host)}, with ${subsets.length === 1 ? "the subset" : "the subsets"} ${codes(subsets.map(({ name }) => name))}`,
  GatewayClass: ({ spec: { controllerName } }) => `Gateways of it are those of ${code(controllerName)}`,
  Gateway: ({ spec: { gatewayClassName, listeners } }) =>
    `of the class ${code(gatewayClassName)}, ${listed(listeners)}`,
  GRPCRoute: ({ spec: { parentRefs = [] } }) => `for calls through ${codes(parentRefs.map(({ name }) => name))}`,
  PeerAuthentication: ({ spec }) => spec.mtls && `mutual TLS is ${code(spec.mtls.mode)}`,
};

const KINDS = Object.keys(DESCRIPTIONS);

/** The order in which objects are told: what runs first, then who may what; kinds that nothing is known of last. */
export function inOrder(a: Manifest, b: Manifest): number {
  const [left, right] = [placeOf(a), placeOf(b)];
  return left < right ? -1 : 1;
}

function placeOf(manifest: Manifest): string {
  const place = KINDS.indexOf(manifest.kind);
  return `${String(place === -1 ? KINDS.length : place).padStart(3)} ${nameOf(manifest)}`;
}

const POD_SECURITY = "pod-security.kubernetes.io/enforce";

function count(number: Value, unit: string): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

function listed(ports: readonly { readonly port: number }[]): string {
  return `port${ports.length === 1 ? "" : "s"} ${ports.map(({ port }) => port).join(" and ")}`;
}

/** `a: x`, `b: y`, long values left out. */
function settings(values: Readonly<Record<string, string>>): string {
  return codes(Object.entries(values).map(([key, value]) => (isShort(value) ? `${key}: ${value}` : key)));
}
