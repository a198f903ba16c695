import * as v from "valibot";
import { parse } from "yaml";
import { InputError } from "../input-error.ts";
import type { KubeClient } from "./kube-client.ts";
import type { KubeConfigMap, KubeDeployment, KubeList, KubePod } from "./kube-objects.ts";
import { corePath, deploymentsPath, ENVOY, podProxyPath } from "./names.ts";

const ENVOY_ADMIN_PORT = 9901;
/** Source: Envoy's API reference, config.cluster.v3.Cluster, dns_refresh_rate. */
const DEFAULT_REFRESH_MS = 5_000;

const Duration = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\d+)?s$/),
  v.transform((text) => 1_000 * Number.parseFloat(text)),
);

/** What of Envoy's configuration matters; the rest may be anything. */
const Cluster = v.object({
  name: v.string(),
  dns_refresh_rate: v.optional(Duration, `${DEFAULT_REFRESH_MS / 1_000}s`),
});
const Route = v.object({
  route: v.optional(v.object({ retry_policy: v.optional(v.object({ num_retries: v.optional(v.number(), 1) })) })),
});

/** How the Envoy of mode `envoy` is configured. */
export interface DeployedEnvoy {
  readonly dnsRefreshMs: number;
  /** Attempts that it adds to a call that fails. */
  readonly retries: number;
}

/**
 * Reads the configuration of the Deployment `envoy`.
 * @throws {InputError} when it is not what the overlay deploys.
 */
export async function deployedEnvoy(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<DeployedEnvoy> {
  const deployment = await client.find<KubeDeployment>(deploymentsPath(namespace, ENVOY), signal);
  const name = deployment?.spec.template.spec.volumes?.find(({ configMap }) => configMap !== undefined)?.configMap
    ?.name;
  const config =
    name === undefined
      ? undefined
      : await client.find<KubeConfigMap>(corePath(namespace, `configmaps/${name}`), signal);
  const text = config?.data?.["envoy.yaml"];
  if (text === undefined) {
    throw new InputError(
      `namespace ${namespace} has no Deployment envoy with an envoy.yaml; deploy the overlay envoy anew`,
    );
  }
  return envoySettings(text);
}

/** What an `envoy.yaml` sets. */
export function envoySettings(yaml: string): DeployedEnvoy {
  const all = objectsOf(parse(yaml));
  const [cluster] = all.flatMap((object) => matching(Cluster, object, "load_assignment" in object));
  const [route] = all.flatMap((object) => matching(Route, object, "match" in object));
  return {
    dnsRefreshMs: cluster?.dns_refresh_rate ?? DEFAULT_REFRESH_MS,
    retries: route?.route?.retry_policy?.num_retries ?? 0,
  };
}

/** Whether every Envoy knows exactly the pods at these addresses. */
export async function envoysKnow(
  client: KubeClient,
  namespace: string,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const { items } = await client.get<KubeList<KubePod>>(
    corePath(namespace, `pods?labelSelector=app%3D${ENVOY}`),
    signal,
  );
  const wanted = addresses.toSorted().join();
  const known = await Promise.all(
    items.map(({ metadata }) =>
      client.find<string>(podProxyPath(namespace, metadata.name, ENVOY_ADMIN_PORT, "/clusters"), signal),
    ),
  );
  return known.every((clusters) => clusterHosts(clusters ?? "").join() === wanted);
}

/** The addresses in what Envoy's `/clusters` answers, in order: `backend::10.244.0.7:50051::cx_active::1`. */
export function clusterHosts(clusters: string): string[] {
  const hosts = clusters.matchAll(/^backend::(\d[\d.]*):\d+::/gm);
  return [...new Set([...hosts].map(([, host]) => host ?? ""))].toSorted();
}

function matching<T extends v.GenericSchema>(schema: T, object: object, applies: boolean): v.InferOutput<T>[] {
  const result = v.safeParse(schema, object);
  return applies && result.success ? [result.output] : [];
}

/** Every object inside, the outer ones first. */
function objectsOf(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsOf)];
}
