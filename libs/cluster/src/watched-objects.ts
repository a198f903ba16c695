import { tellingWatch } from "@grpc-lb-lab/workarounds/telling-watch";
import type { Informer, KubernetesObject, ObjectCache } from "@kubernetes/client-node";
import type { KubeClient } from "./kube-client.ts";
import type { KubeList, KubeObject } from "./kube-objects.ts";

/** After a watch has broken for another reason than its age. */
const AGAIN_AFTER_MS = 500;

/** Follows all objects of one kind and label; told of each change as the API server tells it. */
export class WatchedObjects<T extends KubeObject> implements AsyncDisposable {
  readonly #informer: Informer<KubernetesObject> & ObjectCache<KubernetesObject>;
  #again: NodeJS.Timeout | undefined;
  #ended = false;

  /**
   * Lists them, then watches. Resolves once they are listed.
   * @param path - `/api/v1/namespaces/lab-plain/pods`
   * @param selector - `app=backend`; undefined: all
   * @throws {InputError} as {@link KubeClient.request}.
   */
  static async start<T extends KubeObject>(
    client: KubeClient,
    path: string,
    selector: string | undefined,
    onChange: () => void,
  ): Promise<WatchedObjects<T>> {
    const query = selector === undefined ? "" : `?labelSelector=${encodeURIComponent(selector)}`;
    const list = () => client.get<KubeList<KubernetesObject>>(`${path}${query}`);
    await list(); // What is not permitted is told here; later errors are lived through.
    const informer = new client.clientNode.ListWatch(
      path,
      tellingWatch(new client.clientNode.Watch(client.config)),
      list,
      false,
      selector,
    );
    const watched = new WatchedObjects<T>(informer, onChange);
    await informer.start();
    return watched;
  }

  private constructor(informer: Informer<KubernetesObject> & ObjectCache<KubernetesObject>, onChange: () => void) {
    this.#informer = informer;
    informer.on("change", onChange);
    informer.on("error", () => {
      if (this.#ended) return;
      clearTimeout(this.#again);
      // A watch that cannot begin ends with `error`, so this one rejects never.
      this.#again = setTimeout(() => void informer.start(), AGAIN_AFTER_MS);
    });
  }

  get all(): readonly T[] {
    // As they came: the types of client-node have dates where JSON has text.
    return this.#informer.list() as unknown as readonly T[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#again);
    await this.#informer.stop();
  }
}
