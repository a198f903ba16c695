import { APP_CONTAINER, BACKEND, type KubeClient, NotPermittedError } from "@grpc-lb-lab/cluster";
import { type AutoscalerView, type AutoscaleTarget, InputError } from "@grpc-lb-lab/stage-api";
import { ChangedObject, type ObjectName, objectsPath } from "./changed-object.ts";

const AUTOSCALER: ObjectName = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  name: BACKEND,
};

/** `spec` of a HorizontalPodAutoscaler, as the lab writes it. */
interface AutoscalerSpec {
  readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly object[];
}

/** A HorizontalPodAutoscaler's status, as far as it is read. */
interface KubeAutoscaler {
  readonly status?: {
    readonly desiredReplicas?: number;
    /** Null until it has looked. */
    readonly currentMetrics?:
      | readonly { readonly containerResource?: { readonly current?: { readonly averageValue?: string } } }[]
      | null;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** The HorizontalPodAutoscaler of the Deployment `backend`. It looks at the applications alone: a sidecar's CPU tells nothing of a pod's work. */
export class Autoscaler {
  readonly #client: KubeClient;
  readonly #path: string;
  readonly #object: ChangedObject<AutoscalerSpec>;
  #isStarted = false;

  constructor(client: KubeClient, namespace: string) {
    this.#client = client;
    this.#path = `${objectsPath(namespace, AUTOSCALER)}/${AUTOSCALER.name}`;
    this.#object = new ChangedObject(client, namespace, AUTOSCALER);
  }

  /** Makes it, or changes the one that is there. */
  async start({ meanMilliCpu, leastPods, mostPods }: AutoscaleTarget, signal: AbortSignal): Promise<void> {
    const target = { type: "AverageValue", averageValue: `${meanMilliCpu}m` };
    const spec = {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: BACKEND },
      minReplicas: leastPods,
      maxReplicas: mostPods,
      metrics: [{ type: "ContainerResource", containerResource: { name: "cpu", container: APP_CONTAINER, target } }],
    };
    this.#isStarted = true;
    await this.#object.change(() => spec, signal);
  }

  /**
   * What it sees.
   * @throws {InputError} when there is none.
   */
  async view(signal: AbortSignal): Promise<AutoscalerView> {
    const found = await this.#client.find<KubeAutoscaler>(this.#path, signal);
    if (found === undefined)
      throw new InputError(`somebody has deleted the HorizontalPodAutoscaler ${BACKEND} meanwhile`);
    const { desiredReplicas, currentMetrics, conditions } = found.status ?? {};
    const [current] = (currentMetrics ?? []).flatMap(
      ({ containerResource }) => containerResource?.current?.averageValue ?? [],
    );
    const blind = (conditions ?? []).find(({ type, status }) => type === "ScalingActive" && status === "False");
    return {
      // 0 until it has decided.
      wantedPods: desiredReplicas === 0 ? undefined : desiredReplicas,
      meanMilliCpu: current === undefined ? undefined : milli(current),
      problem: blind?.message,
    };
  }

  /** Makes it what it was before {@link start}. */
  async end(signal: AbortSignal): Promise<void> {
    if (this.#isStarted) await this.#object.restore(signal);
  }

  /** Makes it what it was before another lab that was killed. Who may not look at it has not changed it. */
  async restoreLeft(signal: AbortSignal): Promise<void> {
    await this.#object.restore(signal).catch((error: unknown) => {
      if (!(error instanceof NotPermittedError)) throw error;
    });
  }
}

/** Thousandths of a quantity of Kubernetes, as CPU is written: `250m`, `2`, `1500000n`. */
function milli(quantity: string): number {
  const [, number = "", unit = ""] = /^([\d.]+)([numk]?)$/.exec(quantity) ?? [];
  const perUnit: Readonly<Record<string, number>> = { n: 1e-6, u: 1e-3, m: 1, "": 1_000, k: 1_000_000 };
  return Number(number) * (perUnit[unit] ?? Number.NaN);
}
