import { BEFORE_ANNOTATION, type JsonPatchOperation, type KubeClient, type KubeObject } from "@grpc-lb-lab/cluster";

/** A custom resource, with whatever it is asked to be. */
interface CustomResource<Spec> extends KubeObject {
  readonly spec: Spec;
}

/** Which object: `networking.istio.io/v1`, `VirtualService`, `virtualservices`, `backend`. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly name: string;
}

/** A field that the API server does not know is refused, as `kubectl apply` has it, and not dropped. */
const STRICT = "?fieldValidation=Strict&fieldManager=grpc-lb-lab";

/** A custom resource, changed for a while: it remembers in an annotation what it was (`null`: the lab has made it). */
export class ChangedObject<Spec> {
  readonly #client: KubeClient;
  readonly #all: string;
  readonly #name: ObjectName;
  readonly #memory: string;

  /** @param memory - the annotation; who changes the same object for another reason, and takes that back in its own time, has another. */
  constructor(client: KubeClient, namespace: string, name: ObjectName, memory: string = BEFORE_ANNOTATION) {
    this.#client = client;
    this.#all = objectsPath(namespace, name);
    this.#name = name;
    this.#memory = memory;
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
      const body = { apiVersion, kind, metadata: { name, annotations: { [this.#memory]: "null" } }, spec };
      await this.#client.request("POST", `${this.#all}${STRICT}`, { body, signal });
      return;
    }
    const before = deployed.metadata.annotations?.[this.#memory] ?? JSON.stringify(deployed.spec);
    const annotations = { ...deployed.metadata.annotations, [this.#memory]: before };
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
    const before = (await this.#find(signal))?.metadata.annotations?.[this.#memory];
    if (before === undefined) return false;
    const spec = JSON.parse(before) as Spec | null;
    if (spec === null) await this.#client.delete(this.#path, undefined, signal);
    else {
      await this.#patch(
        [
          { op: "replace", path: "/spec", value: spec },
          { op: "remove", path: `/metadata/annotations/${this.#memory.replace("/", "~1")}` },
        ],
        signal,
      );
    }
    return true;
  }

  get #path(): string {
    return `${this.#all}/${this.#name.name}`;
  }

  #find(signal: AbortSignal): Promise<CustomResource<Spec> | undefined> {
    return this.#client.find<CustomResource<Spec>>(this.#path, signal);
  }

  async #patch(operations: readonly JsonPatchOperation[], signal: AbortSignal): Promise<void> {
    await this.#client.patch(`${this.#path}${STRICT}`, operations, signal);
  }
}

/** Where a namespace's objects of a kind are. */
export function objectsPath(namespace: string, { apiVersion, plural }: Omit<ObjectName, "kind" | "name">): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/${plural}`;
}
