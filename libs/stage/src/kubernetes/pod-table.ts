import {
  ADMIN_PORT,
  APP_CONTAINER,
  BACKEND,
  GRPC_PORT,
  hasCondition,
  type KubeEndpointSlice,
  type KubePod,
} from "@grpc-lb-lab/cluster";
import { hostAndPort } from "@grpc-lb-lab/http-server";
import type { Pod } from "@grpc-lb-lab/stage-api";
import { EventLog } from "../deployment/event-log.ts";

import { CANARY, CANARY_LABEL } from "./canary-objects.ts";

const ZONE_LABEL = "topology.kubernetes.io/zone";

/** A pod of the backend as it was last seen. */
export interface KnownPod extends Pod {
  /** The Deployment that it belongs to. */
  readonly deployment: string;
  /** Whether it has been told to end. */
  readonly terminating: boolean;
  /** How often its application has ended by itself. */
  readonly crashes: number;
}

/** The backend's pods, and the events that follow from each change of them or of their EndpointSlices. */
export class PodTable {
  readonly #zones: ReadonlyMap<string, string>;
  readonly #onReady: (pod: string) => void;
  #events = new EventLog();
  #known: ReadonlyMap<string, KnownPod> = new Map();

  /**
   * @param zones - of the nodes, by name.
   * @param onReady - told of each pod that becomes ready, also anew after a crash.
   */
  constructor(zones: ReadonlyMap<string, string>, onReady: (pod: string) => void) {
    this.#zones = zones;
    this.#onReady = onReady;
  }

  /** What has happened since {@link beginEvents}. */
  get events(): EventLog {
    return this.#events;
  }

  /** Forgets what has happened so far: the pods that are there are the first ones. */
  beginEvents(): void {
    this.#events = new EventLog();
    for (const { name, ready } of this.pods) {
      this.#events.add("pod-added", name);
      if (ready) this.#events.add("pod-ready", name);
    }
  }

  /** The pods that have not gone, oldest first. */
  get pods(): readonly KnownPod[] {
    return [...this.#known.values()];
  }

  /** Takes what there is now, and notes what has changed since. */
  update(pods: readonly KubePod[], slices: readonly KubeEndpointSlice[]): void {
    const published = readyTargets(slices);
    const alive = pods.filter(({ status }) => status.phase !== "Failed" && status.phase !== "Succeeded"); // Not the evicted ones.
    const now = alive.toSorted(byAge).map((pod) => knownPod(pod, published, this.#zones));
    const before = this.#known;
    this.#known = new Map(now.map((pod) => [pod.name, pod]));
    for (const pod of now) this.#note(pod, before.get(pod.name));
    for (const name of before.keys()) if (!this.#known.has(name)) this.#events.add("pod-gone", name);
  }

  #note(pod: KnownPod, before: KnownPod | undefined): void {
    const { name } = pod;
    if (before === undefined) this.#events.add("pod-added", name);
    // A container that was told to end has not crashed; of one that was first seen now it is not known when.
    if (before !== undefined && pod.crashes > before.crashes && !pod.terminating) this.#events.add("pod-crashed", name);
    if (pod.ready && (before?.ready !== true || pod.crashes > before.crashes)) {
      this.#events.add("pod-ready", name);
      this.#onReady(name);
    }
    if (pod.terminating && before?.terminating !== true) this.#events.add("pod-terminating", name);
  }
}

/** Names of the pods that some slice has as ready. */
function readyTargets(slices: readonly KubeEndpointSlice[]): ReadonlySet<string> {
  const ready = slices.flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions?.ready));
  return new Set(ready.map(({ targetRef }) => targetRef?.name ?? ""));
}

function knownPod(pod: KubePod, published: ReadonlySet<string>, zones: ReadonlyMap<string, string>): KnownPod {
  const { metadata, status } = pod;
  const ip = status.podIP ?? "";
  const terminating = metadata.deletionTimestamp !== undefined;
  return {
    name: metadata.name,
    ip,
    grpcAddress: hostAndPort(ip, GRPC_PORT),
    adminAddress: hostAndPort(ip, ADMIN_PORT),
    zone: zoneOf(pod, zones),
    version: metadata.labels?.version ?? "",
    // The slice is what clients and proxies are told. After a quick restart it may not have heard of the end yet, the status has.
    ready: published.has(metadata.name) && hasCondition(pod, "Ready") && !terminating,
    deployment: metadata.labels?.[CANARY_LABEL] === undefined ? BACKEND : CANARY,
    terminating,
    crashes: endsOf(pod),
  };
}

/** How often the application's container has ended: each restart counts one, and so does an end that no restart has followed yet. */
function endsOf({ status }: KubePod): number {
  const app = status.containerStatuses?.find(({ name }) => name === APP_CONTAINER);
  if (app === undefined) return 0;
  const waitsToRestart = app.state?.waiting !== undefined && app.lastState?.terminated !== undefined;
  return app.restartCount + (app.state?.terminated !== undefined || waitsToRestart ? 1 : 0);
}

/** Pods that were made in the same second by their names, so that the order stays. */
function byAge({ metadata: a }: KubePod, { metadata: b }: KubePod): number {
  return (a.creationTimestamp ?? "").localeCompare(b.creationTimestamp ?? "") || a.name.localeCompare(b.name);
}

/** The zone that a pod runs in, by the zones of nodes; empty where it is not known. */
export function zoneOf(
  { metadata, spec }: Pick<KubePod, "metadata" | "spec">,
  zones: ReadonlyMap<string, string>,
): string {
  // Kubernetes 1.35 and newer copy the node's zone to the pod (KEP-4742).
  return metadata.labels?.[ZONE_LABEL] ?? zones.get(spec.nodeName ?? "") ?? "";
}

/** The zones of nodes, by name. */
export function zonesOf(nodes: readonly { readonly metadata: KubePod["metadata"] }[]): ReadonlyMap<string, string> {
  return new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE_LABEL] ?? ""]));
}
