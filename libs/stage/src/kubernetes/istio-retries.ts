import { IstioObject } from "./istio-object.ts";
import type { KubeClient } from "./kube-client.ts";
import { BACKEND } from "./names.ts";

/** `spec` of a VirtualService, as far as it matters. */
interface VirtualServiceSpec {
  readonly hosts?: readonly string[];
  readonly http?: readonly Readonly<Record<string, unknown>>[];
}

/** The rule of a Service without rules. */
const ANY_CALL = [{ route: [{ destination: { host: BACKEND } }] }];

/** The VirtualService `backend` of a namespace, by which Istio's proxies and clients retry otherwise than by default. */
export class IstioRetries {
  readonly #virtualService: IstioObject<VirtualServiceSpec>;

  constructor(client: KubeClient, namespace: string) {
    this.#virtualService = new IstioObject(client, namespace, {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      plural: "virtualservices",
      name: BACKEND,
    });
  }

  /** Makes Istio add so many attempts to calls that fail, and leaves the rules that are there as they are. */
  async set(attempts: number, signal: AbortSignal): Promise<void> {
    const retrying = ({ http = ANY_CALL, ...rest }: VirtualServiceSpec = { hosts: [BACKEND] }) => ({
      ...rest,
      http: http.map((rule) => ({ ...rule, retries: { attempts } })),
    });
    await this.#virtualService.change(retrying, signal);
  }

  /** Makes it what it was before `set`, be that another lab's. */
  async restore(signal: AbortSignal): Promise<void> {
    await this.#virtualService.restore(signal);
  }
}
