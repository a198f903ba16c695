import type { Hop, Path, Retry } from "@grpc-lb-lab/stage-api";

/** The hop that decides which pod answers: the last before the pod's own. */
export function balancerOf(path: Path): Hop {
  return lastOf(path.filter(({ at }) => at !== "pod"));
}

/** The last hop that ends HTTP/2 connections, and so holds those to the pods' applications: what only forwards packets is none. */
export function lastL7Hop(path: Path): Hop {
  return lastOf(path.filter(({ unit }) => unit !== "connection"));
}

/** The same of the hops outside the pod: it holds the connection to the pod, whatever proxy is inside. */
export function lastL7HopOutsidePod(path: Path): Hop {
  return lastL7Hop(path.filter(({ at }) => at !== "pod"));
}

/** The connections without a call that the last layer-7 hop keeps at most, where calls share none (nginx's `keepalive`, by worker); 0 where they do. */
export function idleConnections(path: Path): number {
  const { pick, connection } = lastL7HopOutsidePod(path);
  return (connection.idleAtMost ?? 0) * (pick.workers ?? 1);
}

/** The client's own channel, where every path begins. */
export function clientOf(path: Path): Hop {
  return lastOf(path.slice(0, 1));
}

/** Whether all calls of a client go to the pod that its connection fell on. */
export function isPinned(path: Path): boolean {
  return balancerOf(path).unit === "connection";
}

/** Whether all calls of one connection go to one pod: it is picked for connections, the first is taken for every call, or the client's address tells. */
export function hasOnePodPerConnection(path: Path): boolean {
  const { pick } = balancerOf(path);
  return isPinned(path) || pick.kind === "first" || (pick.kind === "hash" && pick.key === "address");
}

/** Whether the client's own service config counts: policy and retries, by the environment. */
export function hasOwnServiceConfig(path: Path): boolean {
  return clientOf(path).dialects.includes("gRPC service config");
}

/** Whether proxies or a control plane can be asked to try calls again. */
export function hasRuledRetries(path: Path): boolean {
  const canBeAsked = ({ dialects, retry }: Hop) =>
    retry.isFixed !== true && dialects.some((dialect) => dialect !== "gRPC service config");
  return path.some(canBeAsked);
}

/** The retries that proxies or a control plane add to a call: those of every hop that does not follow the client's own service config. */
export function ruledRetries(path: Path): number {
  const ruled = path.filter(({ dialects }) => !dialects.includes("gRPC service config"));
  return ruled.reduce((product, { retry }) => product * retry.attempts, 1) - 1;
}

/** The variants of its proxies that can be asked for. */
export function variantsOf(path: Path): readonly string[] {
  return path.flatMap(({ adjustable }) => adjustable?.variants ?? []);
}

/** Whether one of its proxies has this variant, or any where none is named. */
export function hasVariant(path: Path, variant?: unknown): boolean {
  return variantsOf(path).some((name) => variant === undefined || name === variant);
}

/** Whether the number of a proxy's workers can be asked for. */
export function hasWorkers(path: Path): boolean {
  return path.some(({ adjustable }) => adjustable?.workers === true);
}

/** Whether DNS is asked for the pods. */
export function learnsFromDns(path: Path): boolean {
  return path.some(({ learn }) => learn.by === "aged DNS" || learn.by === "polled DNS");
}

/** Whether the balancer asks DNS only when a connection drops, so that it hears late of pods. */
export function agesDns(path: Path): boolean {
  return balancerOf(path).learn.by === "aged DNS";
}

/** Whether the client sends further attempts before one has failed. */
export function isHedged(path: Path): boolean {
  return clientOf(path).retry.hedged;
}

/** Whether anyone tries a call again that failed, whatever became of it: by its status code. */
export function isRetried(path: Path): boolean {
  return path.some(({ retry }) => retry.attempts > 1 && retry.of === "by code");
}

/**
 * How often a call picks a pod at most until one answers it well, where a pod answers UNAVAILABLE: with each attempt of every hop that takes such an answer for
 * a failure, and as often as that hop draws. 1: nobody tries again.
 */
export function picksUntilAnswered(path: Path): number {
  return retriersOfStatuses(path).reduce((product, { attempts, draws }) => product * (1 + draws * (attempts - 1)), 1);
}

/** The attempts that are made of a call that every pod answers UNAVAILABLE: those of hops multiply. 1: nobody tries again. */
export function attemptsUntilAnswered(path: Path): number {
  return retriersOfStatuses(path).reduce((product, { attempts }) => product * attempts, 1);
}

/** How the hops that pick a pod, or stand before that, try again what ends UNAVAILABLE. */
export function retriersOfStatuses(path: Path): Retry[] {
  const retries = path.filter(({ at }) => at !== "pod").map(({ retry }) => retry);
  return retries.filter(({ of, losesStatuses }) => of === "by code" && losesStatuses !== true);
}

/** Whether anyone tries a call again at all, be it only one of which nothing was sent: then chance decides how many of the others fail. */
export function mayBeRetried(path: Path): boolean {
  return path.some(({ retry }) => retry.attempts > 1);
}

/**
 * Whether a call is tried again that was under way on a pod whose process has ended: by the hop that holds the connection, or by one before it, which
 * is told UNAVAILABLE.
 */
export function repeatsCallsUnderWay(path: Path): boolean {
  const holder = lastL7Hop(path);
  const { of, losesResets = false } = holder.retry;
  const isByHolder = of === "by code" && !losesResets;
  return isByHolder || path.slice(0, path.indexOf(holder)).some(({ retry }) => retry.of === "by code");
}

/** Whether a mesh encrypts calls between client and pods. */
export function isMeshEncrypted(path: Path): boolean {
  return path.some(({ meshEncrypts }) => meshEncrypts);
}

function lastOf(hops: readonly Hop[]): Hop {
  const hop = hops.at(-1);
  if (hop === undefined) throw new Error("a path has a client's channel at least");
  return hop;
}
