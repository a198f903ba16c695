import {
  type AskedOfProxy,
  type ClusterReader,
  type DeployedProxy,
  InputError,
  type ProxySettings,
} from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { parse } from "yaml";
import { deployedFile } from "../between/deployed-file.ts";
import { everyPodKnows } from "../between/every-pod-knows.ts";
import { ofVersions } from "../between/of-versions.ts";
import { rulesIn } from "../between/rules-in.ts";
import { deployedConfig } from "./deployed-config.ts";
import { program } from "./program.ts";
import { refusal } from "./refusal.ts";

const ENVOY = "envoy";
const FILE = "envoy.yaml";

const DEPLOYMENT = "deploy/kustomize/components/envoy-proxy/deployment.yaml";
const KNOWN_PODS = { deployment: ENVOY, port: 9901, path: "/clusters", read: clusterHosts };
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

/** The Deployment `envoy` of a cluster. */
export const deployedEnvoy: DeployedProxy = {
  deployment: ENVOY,
  program,
  workersRemedy: `set --concurrency in ${DEPLOYMENT} and deploy it`,
  retriesRemedy: "set retry_policy.num_retries in deploy/kustomize/components/envoy-proxy/envoy.yaml and deploy it",
  settings,
  knows: (cluster, addresses) => everyPodKnows(cluster, KNOWN_PODS, addresses),
  rulesFile: { name: FILE, withRules, refusal },
};

function withRules(deployed: string, asked: AskedOfProxy): string | undefined {
  const rules = rulesIn("Envoy", asked.rules);
  if (rules === undefined) return undefined;
  const { dnsRefreshMs = DEFAULT_REFRESH_MS, retries } = envoySettings(deployed);
  const versions = ofVersions(asked, (version) => `backend-${version}-headless`);
  return deployedConfig({ dnsRefreshMs, proxyRetries: retries, versions, rules });
}

async function settings(cluster: ClusterReader): Promise<ProxySettings> {
  const text = await deployedFile(cluster, ENVOY, FILE);
  return { ...envoySettings(text), workers: workersOf((await cluster.containerArguments(ENVOY)) ?? []) };
}

/**
 * How many workers Envoy's arguments ask for.
 * @throws {InputError} when that is no number: without one Envoy has a worker for each processor, which nothing here tells.
 */
export function workersOf(args: readonly string[]): number {
  const workers = /(?:^| )--concurrency[ =]([1-9]\d*)(?: |$)/.exec(args.join(" "))?.[1];
  if (workers !== undefined) return Number(workers);
  throw new InputError(
    `the deployed Envoy has as many workers as its node has processors: set --concurrency in ${DEPLOYMENT} to a number and deploy it`,
  );
}

/** What an `envoy.yaml` sets. */
export function envoySettings(yaml: string): ProxySettings {
  const all = objectsOf(parse(yaml));
  const [cluster] = all.flatMap((object) => matching(Cluster, object, "load_assignment" in object));
  const [route] = all.flatMap((object) => matching(Route, object, "match" in object));
  return {
    dnsRefreshMs: cluster?.dns_refresh_rate ?? DEFAULT_REFRESH_MS,
    retries: route?.route?.retry_policy?.num_retries ?? 0,
  };
}

/** The addresses in what Envoy's `/clusters` answers, in order: `backend::10.244.0.7:50051::cx_active::1`, `backend::[fd00::7]:50051::…`. */
export function clusterHosts(clusters: string): string[] {
  const hosts = clusters.matchAll(/^backend::(?:(\d[\d.]*)|\[([\da-f:.]+)\]):\d+::/gm);
  return [...new Set([...hosts].map(([, v4, v6]) => v4 ?? v6 ?? ""))].toSorted();
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
