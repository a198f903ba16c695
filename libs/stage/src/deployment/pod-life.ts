import { InputError, type Pod } from "@grpc-lb-lab/stage-api";
import type { EndpointRegistry } from "./endpoint-registry.ts";
import type { EventLog } from "./event-log.ts";
import type { ProblemLog } from "./problem-log.ts";
import type { PodIdentity, RunningApplication, Workload } from "./workload.ts";

/** What every pod of a deployment is made with. */
export interface PodLifeOptions<W extends Workload> {
  readonly makeWorkload: (pod: PodIdentity) => W;
  readonly registry: EndpointRegistry;
  readonly events: EventLog;
  readonly problems: ProblemLog;
  readonly timings: { readonly terminationGraceMs: number; readonly restartAfterMs: number };
  /** How many of the first pods are of version v2, those with the lowest numbers. */
  readonly canaryPods: number;
  /** Aborts with the deployment. */
  readonly signal: AbortSignal;
}

/** Zones and nodes as in the lab's kind cluster: two, one node in each. */
const ZONES = ["lab-a", "lab-b"] as const;

/** All pods of a deployment run the same one, unless some are canaries. */
const VERSION = "v1";
const CANARY = "v2";

/** The longest wait between two attempts to restart a pod, the kubelet's own. */
const LONGEST_BACK_OFF_MS = 300_000;

/** A pod's life as a kubelet leads it: starts, restarts after crashes, its end, and what the registry of endpoints is told of them. */
export class PodLife<W extends Workload = Workload> {
  readonly name: string;
  readonly workload: W;
  readonly #identity: PodIdentity;
  readonly #options: PodLifeOptions<W>;
  readonly #leaving = new AbortController();
  #ready = false;
  #running: RunningApplication | undefined;
  #restart: NodeJS.Timeout | undefined;
  #failedRestarts = 0;

  /** @param ordinal - 1 for the deployment's first pod; it names the pod and picks its zone. */
  constructor(ordinal: number, options: PodLifeOptions<W>) {
    const zone = ZONES[(ordinal - 1) % ZONES.length] ?? ZONES[0];
    const version = ordinal <= options.canaryPods ? CANARY : VERSION;
    this.name = `backend-${ordinal}`;
    this.#identity = { name: this.name, zone, node: `${zone}-node`, version };
    this.#options = options;
    this.workload = options.makeWorkload(this.#identity);
    options.events.add("pod-added", this.name);
  }

  /** Whether it has been told to go. */
  get leaving(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** The pod as others see it. */
  get state(): Pod {
    const { ip, grpcAddress, adminAddress } = this.workload;
    const { name, zone, version } = this.#identity;
    return { name, ip, grpcAddress, adminAddress, zone, version, ready: this.#ready };
  }

  /**
   * Starts it and resolves when the pod is ready.
   * @throws {InputError} when it does not become ready; {@link terminate} then ends what was started.
   */
  async start(): Promise<void> {
    const { signal, events } = this.#options;
    const running = await this.workload.start(AbortSignal.any([signal, this.#leaving.signal]));
    if (this.leaving) return;
    this.#running = running;
    this.#failedRestarts = 0;
    void running.exited.then(() => this.#crashed());
    this.#setReady(true);
    events.add("pod-ready", this.name);
  }

  /** As deleting a pod: its endpoint is withdrawn and it is told to end at the same moment, which is why servers must drain. */
  async terminate(): Promise<void> {
    const { registry, events, timings } = this.#options;
    this.#leaving.abort(new Error(`pod ${this.name} is being removed`));
    this.stopRestarting();
    this.#setReady(false);
    events.add("pod-terminating", this.name);
    await this.workload.terminate(timings.terminationGraceMs);
    registry.remove(this.name);
    events.add("pod-gone", this.name);
  }

  /**
   * Kills the application; the pod restarts at its address after `restartAfterMs`.
   * @throws {InputError} when it does not run.
   */
  async crash(): Promise<void> {
    if (this.#running === undefined) throw new InputError(`pod ${this.name} does not run, so it cannot crash`);
    const { exited } = this.#running;
    await this.workload.kill();
    await exited;
  }

  /** Ends nothing that runs. */
  stopRestarting(): void {
    clearTimeout(this.#restart);
  }

  #crashed(): void {
    this.#running = undefined;
    const { events, signal } = this.#options;
    if (this.leaving || signal.aborted) return;
    this.#setReady(false);
    events.add("pod-crashed", this.name);
    this.#restartLater();
  }

  /** The wait doubles with every failed attempt, as in a kubelet's CrashLoopBackOff. */
  #restartLater(): void {
    const backOffMs = Math.max(1, this.#options.timings.restartAfterMs) * 2 ** this.#failedRestarts;
    this.#restart = setTimeout(
      () => this.start().catch((error: Error) => this.#restartFailed(error)),
      Math.min(backOffMs, LONGEST_BACK_OFF_MS),
    );
  }

  #restartFailed(error: Error): void {
    const { problems, signal } = this.#options;
    if (this.leaving || signal.aborted) return;
    this.#failedRestarts += 1;
    problems.add(`pod ${this.name} crashed and does not come back: ${error.message}`);
    this.#restartLater();
  }

  #setReady(ready: boolean): void {
    this.#ready = ready;
    const { name, zone, node, version } = this.#identity;
    this.#options.registry.set({
      pod: name,
      address: this.workload.ip,
      zone,
      node,
      version,
      ready,
      serving: ready || (this.leaving && this.#running !== undefined),
      terminating: this.leaving,
    });
  }
}
