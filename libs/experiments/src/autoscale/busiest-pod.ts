import type { ContainerUsage } from "@grpc-lb-lab/stage-api";

/** The Deployment whose pods are scaled. */
const SCALED = "backend";

/** The CPU that the application of the busiest pod uses, in thousandths of a CPU, from figures that a kubelet renews every 10 to 15 s. */
export class BusiestPod {
  /** The last figures of each pod. */
  readonly #last = new Map<string, ContainerUsage>();
  /** What each pod used between its last two. */
  readonly #milliCpu = new Map<string, number>();

  /** Takes what containers have used by now; the pods that are in it are those that there are. Undefined: no pod had figures twice. */
  milliCpu(usage: readonly ContainerUsage[]): number | undefined {
    const apps = usage.filter(({ deployment, role }) => deployment === SCALED && role === "app");
    for (const now of apps) this.#take(now);
    const known = apps.flatMap(({ pod }) => this.#milliCpu.get(pod) ?? []);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  #take(now: ContainerUsage): void {
    const then = this.#last.get(now.pod);
    if (then !== undefined && now.atMs <= then.atMs) return;
    this.#last.set(now.pod, now);
    if (then === undefined || now.cpuMs < then.cpuMs) return;
    this.#milliCpu.set(now.pod, (1_000 * (now.cpuMs - then.cpuMs)) / (now.atMs - then.atMs));
  }
}
