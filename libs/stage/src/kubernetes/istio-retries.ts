import { type KubeClient, KubeError } from "./kube-client.ts";
import type { KubeObject } from "./kube-objects.ts";
import { BACKEND } from "./names.ts";

/** `networking.istio.io/v1` VirtualService. */
interface VirtualService extends KubeObject {
  readonly spec: { readonly http?: readonly Readonly<Record<string, unknown>>[] };
}

/** Where the VirtualService keeps its spec of before the lab changed it; `null` when the lab has made it. */
const BEFORE_ANNOTATION = "grpc-lb-lab/before";

/** The VirtualService `backend` of a namespace, by which Istio's proxies and clients retry otherwise than by default. */
export class IstioRetries {
  readonly #client: KubeClient;
  readonly #all: string;

  constructor(client: KubeClient, namespace: string) {
    this.#client = client;
    this.#all = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices`;
  }

  /** Makes Istio add so many attempts to calls that fail, and leaves the rules that are there as they are. */
  async set(attempts: number, signal: AbortSignal): Promise<void> {
    const deployed = await this.#find(signal);
    const rules = deployed?.spec.http ?? [{ route: [{ destination: { host: BACKEND } }] }];
    const http = rules.map((rule) => ({ ...rule, retries: { attempts } }));
    const annotations = { [BEFORE_ANNOTATION]: JSON.stringify(deployed?.spec ?? null) };
    // A merge patch replaces a list as a whole.
    if (deployed !== undefined) return this.#patch({ metadata: { annotations }, spec: { http } }, signal);
    const kind = { apiVersion: "networking.istio.io/v1", kind: "VirtualService" };
    const body = { ...kind, metadata: { name: BACKEND, annotations }, spec: { hosts: [BACKEND], http } };
    await this.#client.request("POST", this.#all, { body, signal });
  }

  /** Makes it what it was before `set`, be that another lab's. */
  async restore(signal: AbortSignal): Promise<void> {
    const before = (await this.#find(signal))?.metadata.annotations?.[BEFORE_ANNOTATION];
    if (before === undefined) return;
    const spec = JSON.parse(before) as VirtualService["spec"] | null;
    if (spec !== null) {
      return this.#patch({ metadata: { annotations: { [BEFORE_ANNOTATION]: null } }, spec }, signal);
    }
    await this.#client.request("DELETE", this.#path, { signal }).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    });
  }

  get #path(): string {
    return `${this.#all}/${BACKEND}`;
  }

  #find(signal: AbortSignal): Promise<VirtualService | undefined> {
    return this.#client.find<VirtualService>(this.#path, signal);
  }

  async #patch(body: unknown, signal: AbortSignal): Promise<void> {
    await this.#client.request("PATCH", this.#path, { body, signal });
  }
}
