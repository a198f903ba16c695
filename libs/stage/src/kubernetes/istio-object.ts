import { type KubeClient, KubeError } from "./kube-client.ts";
import type { KubeObject } from "./kube-objects.ts";
import { BEFORE_ANNOTATION, BEFORE_ANNOTATION_PATH } from "./names.ts";

/** An object of Istio's, with whatever it is asked to be. */
interface IstioResource<Spec> extends KubeObject {
  readonly spec: Spec;
}

/** Which object: `networking.istio.io/v1`, `VirtualService`, `virtualservices`, `backend`. */
export interface IstioObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly name: string;
}

/** One of Istio's objects, changed for a while: it remembers in an annotation what it was (`null`: the lab has made it). */
export class IstioObject<Spec> {
  readonly #client: KubeClient;
  readonly #all: string;
  readonly #name: IstioObjectName;

  constructor(client: KubeClient, namespace: string, name: IstioObjectName) {
    this.#client = client;
    this.#all = `/apis/${name.apiVersion}/namespaces/${namespace}/${name.plural}`;
    this.#name = name;
  }

  /** What it is asked to be now; undefined when there is no such object. */
  async spec(signal: AbortSignal): Promise<Spec | undefined> {
    return (await this.#find(signal))?.spec;
  }

  /** Asks it to be what `change` makes of what it is asked to be now; makes it where there is none (undefined). */
  async change(change: (spec: Spec | undefined) => Spec, signal: AbortSignal): Promise<void> {
    const deployed = await this.#find(signal);
    const spec = change(deployed?.spec);
    const { apiVersion, kind, name } = this.#name;
    if (deployed === undefined) {
      const body = { apiVersion, kind, metadata: { name, annotations: { [BEFORE_ANNOTATION]: "null" } }, spec };
      await this.#client.request("POST", this.#all, { body, signal });
      return;
    }
    const before = deployed.metadata.annotations?.[BEFORE_ANNOTATION] ?? JSON.stringify(deployed.spec);
    const annotations = { ...deployed.metadata.annotations, [BEFORE_ANNOTATION]: before };
    await this.#patch(
      [
        { op: "add", path: "/metadata/annotations", value: annotations },
        { op: "replace", path: "/spec", value: spec },
      ],
      signal,
    );
  }

  /** Makes it what it was before `change`, be that another lab's. Resolves with whether there was anything to undo. */
  async restore(signal: AbortSignal): Promise<boolean> {
    const before = (await this.#find(signal))?.metadata.annotations?.[BEFORE_ANNOTATION];
    if (before === undefined) return false;
    const spec = JSON.parse(before) as Spec | null;
    if (spec === null) await this.#delete(signal);
    else {
      await this.#patch(
        [
          { op: "replace", path: "/spec", value: spec },
          { op: "remove", path: BEFORE_ANNOTATION_PATH },
        ],
        signal,
      );
    }
    return true;
  }

  get #path(): string {
    return `${this.#all}/${this.#name.name}`;
  }

  #find(signal: AbortSignal): Promise<IstioResource<Spec> | undefined> {
    return this.#client.find<IstioResource<Spec>>(this.#path, signal);
  }

  async #patch(body: unknown, signal: AbortSignal): Promise<void> {
    await this.#client.request("PATCH", this.#path, { body, contentType: "application/json-patch+json", signal });
  }

  async #delete(signal: AbortSignal): Promise<void> {
    await this.#client.request("DELETE", this.#path, { signal }).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    });
  }
}
