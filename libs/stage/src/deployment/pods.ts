import { setTimeout as delay } from "node:timers/promises";
import { InputError, type Pod, type RestartOptions } from "@grpc-lb-lab/stage-api";
import { PodLife, type PodLifeOptions } from "./pod-life.ts";
import type { Workload } from "./workload.ts";

/** How many pods a stage can run, and whom to name when it is asked for more. */
export interface PodsOptions<W extends Workload> extends PodLifeOptions<W> {
  /** `local`, for messages. */
  readonly stage: string;
  readonly mostPods: number;
}

/** The pods of a deployment, led as a Deployment controller leads its own. */
export class Pods<W extends Workload = Workload> {
  readonly #options: PodsOptions<W>;
  readonly #pods: PodLife<W>[] = [];
  #created = 0;

  constructor(options: PodsOptions<W>) {
    this.#options = options;
  }

  /** The pods that have not gone. */
  get pods(): readonly Pod[] {
    return this.#pods.map(({ state }) => state);
  }

  /** The pod of that name. @throws {InputError} when there is none. */
  pod(podName: string): PodLife<W> {
    const pod = this.#pods.find(({ name }) => name === podName);
    if (pod === undefined) {
      throw new InputError(`there is no pod ${podName}; there are ${this.#pods.map(({ name }) => name).join(", ")}`);
    }
    return pod;
  }

  /** Adds or removes pods until there are `wanted`; the newest go first. A pod that does not start is removed again. */
  async scale(wanted: number): Promise<void> {
    this.#assertPodCount(wanted);
    const staying = this.#staying();
    const added = Array.from({ length: Math.max(0, wanted - staying.length) }, () => this.#add());
    const removed = staying.slice(wanted).map((pod) => this.#remove(pod));
    await Promise.all([...added, ...removed]);
  }

  /** Replaces every pod: one new pod ready (for `minReadyMs`), then one old pod is told to go, as maxSurge 1, maxUnavailable 0; or all at once. */
  async restart({ minReadyMs = 0, atOnce = false }: RestartOptions): Promise<void> {
    if (atOnce) return this.#replaceAtOnce(minReadyMs);
    const endings: Promise<void>[] = [];
    try {
      for (const old of this.#staying()) {
        await this.#add();
        await this.#pause(minReadyMs);
        endings.push(this.#remove(old));
      }
    } finally {
      await Promise.all(endings);
    }
  }

  async #replaceAtOnce(minReadyMs: number): Promise<void> {
    const old = this.#staying();
    await Promise.all(old.map(() => this.#add()));
    await this.#pause(minReadyMs);
    await Promise.all(old.map((pod) => this.#remove(pod)));
  }

  /** Ends nothing that runs: the deployment does that for all of them at once. */
  stopRestarting(): void {
    for (const pod of this.#pods) pod.stopRestarting();
  }

  #staying(): PodLife<W>[] {
    return this.#pods.filter(({ leaving }) => !leaving);
  }

  async #add(): Promise<void> {
    this.#created += 1;
    const pod = new PodLife(this.#created, this.#options);
    this.#pods.push(pod);
    try {
      await pod.start();
    } catch (error) {
      if (!this.#options.signal.aborted && !pod.leaving) await this.#remove(pod);
      throw error;
    }
  }

  async #remove(pod: PodLife<W>): Promise<void> {
    await pod.terminate();
    this.#pods.splice(this.#pods.indexOf(pod), 1);
  }

  #pause(ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return delay(ms, undefined, { signal: this.#options.signal });
  }

  #assertPodCount(wanted: number): void {
    const { stage, mostPods } = this.#options;
    if (Number.isInteger(wanted) && wanted >= 0 && wanted <= mostPods) return;
    throw new InputError(`the ${stage} stage cannot run ${wanted} pods; ask for 0 to ${mostPods}`);
  }
}
