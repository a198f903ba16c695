import type { KubeClient, KubePodTemplate } from "@grpc-lb-lab/cluster";
import {
  type DeployedProxy,
  InputError,
  type Mode,
  type ProxySettings,
  type StartOptions,
} from "@grpc-lb-lab/stage-api";
import { DeployedCluster } from "./deployed-cluster.ts";
import { dnsCacheMs } from "./dns-cache.ts";
import type { ClusterDelays } from "./kubernetes-timings.ts";

/** Where a mode is deployed, and what it is started with. */
interface Place {
  readonly client: KubeClient;
  readonly mode: Mode;
  readonly namespace: string;
  readonly options: Pick<StartOptions, "proxyRetries" | "proxyVariant" | "proxyWorkers">;
  readonly signal: AbortSignal;
}

/**
 * Reads how long things take here.
 * @param deployed - what the backend's pods are made from, as it was found.
 * @param proxy - the mode's proxy between, where it has one.
 * @throws {InputError} where the deployed proxy is not set as the run wants it.
 */
export async function clusterDelays(
  place: Place,
  deployed: KubePodTemplate,
  proxy: DeployedProxy | undefined,
): Promise<ClusterDelays> {
  const { client, mode, namespace, signal } = place;
  const terminationGraceMs = 1_000 * (deployed.spec.terminationGracePeriodSeconds ?? 30);
  const dnsAskedBy = mode.launchers.kubernetes?.dnsAskedBy;
  const ttl = dnsAskedBy === undefined ? {} : { dnsTtlMs: await dnsCacheMs(client, signal) };
  if (proxy === undefined) return { terminationGraceMs, ...ttl };
  const settings = await proxy.settings(new DeployedCluster(client, namespace, signal));
  assertAsAsked(place, proxy, settings);
  const { dnsRefreshMs } = settings;
  const refresh = dnsAskedBy === "proxy" && dnsRefreshMs !== undefined ? { dnsRefreshMs } : {};
  return { terminationGraceMs, ...ttl, ...refresh };
}

/**
 * A deployed proxy is not changed for a run: bounds that do not fit it would be refuted for no reason. `lab verify` asks for the mode's own settings, and has
 * no flags for others; `lab run` has.
 */
function assertAsAsked(
  { client, mode, namespace, options }: Place,
  { deployment, retriesRemedy, variantRemedy, workersRemedy }: DeployedProxy,
  { retries, variant, workers = 1 }: ProxySettings,
): void {
  const { proxyRetries = retries, proxyVariant, proxyWorkers = 1 } = options;
  const refuse = (has: string, asked: string, remedy = "", otherwise: string): never => {
    const change = remedy === "" ? "" : `${remedy}, or `;
    throw new InputError(`the deployed proxy ${deployment} ${has}, not ${asked}: ${change}${otherwise}`);
  };
  const taken = (flag: string): string => {
    const where = `--stage kubernetes --context ${client.context} --namespace ${namespace}`;
    return `take it as it is: lab run ${mode.name} <experiment> ${where} ${flag}`;
  };
  if (proxyRetries !== retries) {
    const has = `has ${retries} ${retries === 1 ? "retry" : "retries"}`;
    refuse(has, String(proxyRetries), retriesRemedy, "leave --proxy-retries out");
  }
  if (proxyVariant !== variant) {
    const otherwise = variant === undefined ? "leave --variant out" : taken(`--variant ${variant}`);
    refuse(`is ${variant ?? "as the mode has it"}`, proxyVariant ?? "as the mode has it", variantRemedy, otherwise);
  }
  if (proxyWorkers !== workers) {
    const has = `has ${workers} ${workers === 1 ? "worker" : "workers"}`;
    refuse(has, String(proxyWorkers), workersRemedy, taken(`--proxy-workers ${workers}`));
  }
}
