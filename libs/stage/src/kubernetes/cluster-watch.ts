import {
  BACKEND,
  corePath,
  deploymentsPath,
  diagnose,
  hasCondition,
  inWords,
  isControlledBy,
  isHopeless,
  isRolledOut,
  type KubeClient,
  type KubeDeployment,
  type KubeEndpointSlice,
  KubeError,
  type KubeList,
  type KubeNode,
  type KubePod,
  NotPermittedError,
  replicaSetsOf,
  WatchedObjects,
} from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/stage-api";
import type { EventLog } from "../deployment/event-log.ts";
import { LeavingPods } from "./leaving-pods.ts";
import { type KnownPod, PodTable, zoneOf, zonesOf } from "./pod-table.ts";

/** How long pods may take to come and go: the image may have to be pulled, and a pod that leaves has its grace … */
const DEADLINE_MS = 120_000;
/** … and one may come after the other. */
const DEADLINE_MS_PER_POD = 15_000;
/** What is waited for. */
interface RolloutOptions {
  /** Default: `backend`. */
  readonly deployment?: string;
  /** How much longer than others it may take. Default: no longer. */
  readonly extraMs?: number;
  /** As {@link ClusterWatch.quickly} has them. Default: every pod leaves as it is deployed to, and drains. */
  readonly quickly?: QuickPods;
}

/** The UIDs of ReplicaSets whose pods need not drain, for no call that counts is made. */
export type QuickPods = ReadonlySet<string>;
const NONE: QuickPods = new Set();

/** The backend of one namespace, followed by watches of its own. */
export class ClusterWatch implements AsyncDisposable {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #zones: ReadonlyMap<string, string>;
  readonly #table: PodTable;
  readonly #waiters = new Set<() => void>();
  readonly #leaving: LeavingPods;
  #pods: WatchedObjects<KubePod> | undefined;
  #slices: WatchedObjects<KubeEndpointSlice> | undefined;
  #deployments: WatchedObjects<KubeDeployment> | undefined;

  private constructor(
    client: KubeClient,
    namespace: string,
    zones: ReadonlyMap<string, string>,
    onReady: (pod: string) => void,
  ) {
    this.#client = client;
    this.#namespace = namespace;
    this.#zones = zones;
    this.#leaving = new LeavingPods(client, namespace);
    this.#table = new PodTable(zones, onReady);
  }

  /**
   * Begins to follow it.
   * @param onReady - told of each pod that becomes ready, those included that are already.
   * @throws {InputError} when it is not permitted.
   */
  static async start(client: KubeClient, namespace: string, onReady: (pod: string) => void): Promise<ClusterWatch> {
    const watch = new ClusterWatch(client, namespace, await nodeZones(client), onReady);
    try {
      await watch.#start();
    } catch (error) {
      await watch[Symbol.asyncDispose]();
      throw error;
    }
    return watch;
  }

  get pods(): readonly KnownPod[] {
    return this.#table.pods;
  }

  /** The zone that a pod runs in, be it the backend's or not; empty where it is not known. */
  zoneOf(pod: KubePod): string {
    return zoneOf(pod, this.#zones);
  }

  get addresses(): readonly string[] {
    return this.pods.map(({ ip }) => ip);
  }

  /** What happens to the pods, since {@link beginEvents}. */
  get events(): EventLog {
    return this.#table.events;
  }

  /** Forgets what has happened so far: the pods that are there are the first ones. */
  beginEvents(): void {
    this.#table.beginEvents();
  }

  /** Pods of a Deployment that may leave quickly from now on; none where ReplicaSets may not be seen: then they drain. */
  async quickly(deployment: string, signal: AbortSignal): Promise<QuickPods> {
    const found = await this.#client.find<KubeDeployment>(deploymentsPath(this.#namespace, deployment), signal);
    if (found === undefined) return NONE;
    return replicaSetsOf(this.#client, this.#namespace, found, signal).catch((error: unknown) => {
      if (error instanceof NotPermittedError) return NONE;
      throw error;
    });
  }

  /**
   * Resolves when exactly `count` pods of `generation` of the Deployment are there, all of them ready, and no other of its.
   * @throws {InputError} saying what is wrong, when it does not come to that, or cannot.
   */
  async untilRolledOut(
    count: number,
    generation: number,
    signal: AbortSignal,
    { extraMs = 0, deployment = BACKEND, quickly = NONE }: RolloutOptions = {},
  ): Promise<void> {
    const late = AbortSignal.timeout(DEADLINE_MS + count * DEADLINE_MS_PER_POD + extraMs);
    const what = `exactly ${count} ready pods of Deployment ${deployment}`;
    await this.#until({ what, signal, late, quickly }, () => {
      const now = this.#deployments?.all.find(({ metadata }) => metadata.name === deployment);
      const pods = this.#podsOf(deployment);
      return (
        now !== undefined &&
        (now.status.observedGeneration ?? 0) >= generation &&
        now.spec.replicas === count &&
        isRolledOut(now) &&
        pods.length === count &&
        pods.every(({ ready }) => ready)
      );
    });
  }

  /** Resolves when no pod of a Deployment that was deleted is left. @throws {InputError} when they do not go. */
  async untilGone(deployment: string, signal: AbortSignal, quickly: QuickPods = NONE): Promise<void> {
    const pods = () => this.#podsOf(deployment);
    const late = AbortSignal.timeout(DEADLINE_MS + pods().length * DEADLINE_MS_PER_POD);
    const what = `no pods of Deployment ${deployment}`;
    await this.#until({ what, signal, late, quickly }, () => pods().length === 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#pods, this.#slices, this.#deployments].map((watched) => watched?.[Symbol.asyncDispose]()));
  }

  async #start(): Promise<void> {
    const { discovery, core } = paths(this.#namespace);
    const changed = () => this.#update();
    this.#deployments = await WatchedObjects.start(this.#client, deploymentsPath(this.#namespace), undefined, changed);
    this.#slices = await WatchedObjects.start(
      this.#client,
      discovery,
      `kubernetes.io/service-name=${BACKEND}`,
      changed,
    );
    this.#pods = await WatchedObjects.start(this.#client, core, `app=${BACKEND}`, changed);
    this.#update();
  }

  #podsOf(deployment: string): readonly KnownPod[] {
    return this.pods.filter((pod) => pod.deployment === deployment);
  }

  #update(): void {
    if (this.#pods !== undefined) this.#table.update(this.#pods.all, this.#slices?.all ?? []);
    for (const look of [...this.#waiters]) look();
  }

  async #until({ what, signal, late, quickly }: Wait, isSo: () => boolean): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = () => {
      this.#hurry(quickly, signal);
      if (isSo()) resolve(true);
      else if (signal.aborted || late.aborted || this.#isHopeless) resolve(false);
    };
    const ends = [signal, late];
    for (const end of ends) end.addEventListener("abort", look);
    this.#waiters.add(look);
    look();
    const came = await promise;
    this.#waiters.delete(look);
    for (const end of ends) end.removeEventListener("abort", look);
    signal.throwIfAborted();
    if (!came)
      throw new InputError(
        `gave up waiting for ${what} in namespace ${this.#namespace}: ${inWords(await diagnose(this.#client, this.#namespace))}`,
      );
  }

  /** Has pods leave sooner that leave already. One that cannot be told leaves by itself, only later. */
  #hurry(quickly: QuickPods, signal: AbortSignal): void {
    const leaving = (this.#pods?.all ?? []).filter(
      (pod) => pod.metadata.deletionTimestamp !== undefined && isControlledBy(pod, quickly),
    );
    void this.#leaving.forget(leaving, signal).catch((error: unknown) => {
      if (!(signal.aborted || error instanceof InputError || error instanceof KubeError)) throw error;
    });
  }

  /** Whether nothing comes of waiting on: pods of before may be as hopeless while better ones are made. */
  get #isHopeless(): boolean {
    const unready = this.#pods?.all.filter((pod) => !hasCondition(pod, "Ready")) ?? [];
    return unready.length > 0 && unready.every(isHopeless);
  }
}

/** What is waited for, and for how long. */
interface Wait {
  readonly what: string;
  readonly signal: AbortSignal;
  readonly late: AbortSignal;
  readonly quickly: QuickPods;
}

function paths(namespace: string) {
  return {
    core: corePath(namespace, "pods"),
    discovery: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  };
}

/** Without the permission to list nodes pods have no zone. */
async function nodeZones(client: KubeClient): Promise<ReadonlyMap<string, string>> {
  const nodes = await client.get<KubeList<KubeNode>>("/api/v1/nodes").catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  return zonesOf(nodes?.items ?? []);
}
