import type { StandInCluster } from "@grpc-lb-lab/stage-api";

/** One of each version, where pods have two. */
export type OfVersions<T> = Readonly<Record<"v1" | "v2", T>>;

/** What a cluster has of each version; undefined where pods have but one. */
export function ofVersions<T>(
  { hasCanary }: Pick<StandInCluster, "hasCanary">,
  of: (version: "v1" | "v2") => T,
): OfVersions<T> | undefined {
  return hasCanary ? { v1: of("v1"), v2: of("v2") } : undefined;
}

/** Every group of pods by the name that a proxy's configuration has for it: `backend` is all, `backend-v1` and `backend-v2` are those of a version. */
export function podGroups<T>(all: T, versions: OfVersions<T> | undefined): [name: string, group: T][] {
  const each = versions === undefined ? [] : Object.entries(versions);
  return [["backend", all], ...each.map(([version, group]): [string, T] => [`backend-${version}`, group])];
}
