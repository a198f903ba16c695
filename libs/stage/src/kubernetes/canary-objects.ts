import { BACKEND, type KubeDeployment, type KubeObject, type KubePodTemplate } from "@grpc-lb-lab/cluster";
import type { IstioRules, JsonObject, RuleObject } from "@grpc-lb-lab/stage-api";

/** The Deployment of the pods of version `v2`. */
export const CANARY = `${BACKEND}-v2`;
/** The label of all that the lab makes for pods of two versions. */
export const CANARY_LABEL = "grpc-lb-lab/canary";

const VERSIONS = ["v1", "v2"] as const;

/** `v1` Service, as far as it is copied. */
export interface KubeService extends KubeObject {
  readonly spec: {
    readonly ports: readonly { readonly nodePort?: number; readonly [field: string]: unknown }[];
    readonly ipFamilies?: readonly string[];
    readonly ipFamilyPolicy?: string;
  };
}

/** A Deployment of `template` with the label `version: v2`. Its selector is narrower than that of `backend`, each of whose pods has an owner already. */
export function canaryDeployment(backend: KubeDeployment, template: KubePodTemplate, replicas: number): object {
  const labels = { ...template.metadata.labels, app: BACKEND, version: "v2", [CANARY_LABEL]: "" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: CANARY, labels: { ...backend.metadata.labels, [CANARY_LABEL]: "" } },
    spec: {
      replicas,
      selector: { matchLabels: { app: BACKEND, version: "v2" } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** `backend-v1`, `backend-v2` and their headless ones: the Service `backend`, of one version's pods each. */
export function versionServices({ metadata, spec }: KubeService): readonly object[] {
  const { ports, ipFamilies, ipFamilyPolicy } = spec;
  const own = ports.map(({ nodePort: _, ...port }) => port);
  const service = (name: string, version: string, particulars: object) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels: { ...metadata.labels, [CANARY_LABEL]: "" } },
    spec: { selector: { app: BACKEND, version }, ports: own, ipFamilies, ipFamilyPolicy, ...particulars },
  });
  return VERSIONS.flatMap((version) => [
    service(`${BACKEND}-${version}`, version, {}),
    service(`${BACKEND}-${version}-headless`, version, { clusterIP: "None" }),
  ]);
}

/**
 * What Istio must know of two versions: subsets of `backend`, and that pods behind the other Services take the same TLS as those behind `backend`,
 * which gRPC without a proxy must be told.
 * @param deployed - `spec` of the DestinationRule `backend`; undefined: there is none.
 */
export function versionRules(deployed: JsonObject | undefined): IstioRules {
  const subsets = VERSIONS.map((version) => ({ name: version, labels: { version } }));
  const { tls } = (deployed?.trafficPolicy ?? {}) as JsonObject;
  const others = tls === undefined ? [] : VERSIONS.map((version) => `${BACKEND}-${version}`);
  const objects = [
    destinationRule(BACKEND, { subsets }),
    ...others.map((host) => destinationRule(host, { trafficPolicy: { tls: tls ?? {} } })),
  ];
  return { dialect: "Istio", objects };
}

function destinationRule(host: string, spec: JsonObject): RuleObject {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: { name: host },
    spec: { host, ...spec },
  };
}
