import { BACKEND, type KubeClient } from "@grpc-lb-lab/cluster";
import { ChangedObject } from "./changed-object.ts";

/** `spec` of a VirtualService, as far as it matters. */
export interface VirtualServiceSpec {
  readonly hosts?: readonly string[];
  readonly http?: readonly HttpRule[];
}

interface HttpRule extends Readonly<Record<string, unknown>> {
  readonly retries?: Readonly<Record<string, unknown>>;
}

/** The rule of a Service without rules. */
const ANY_CALL: readonly HttpRule[] = [{ route: [{ destination: { host: BACKEND } }] }];

/** The VirtualService `backend` of a namespace, by which Istio's proxies and clients retry otherwise than by default. */
export class IstioRetries {
  readonly #virtualService: ChangedObject<VirtualServiceSpec>;

  constructor(client: KubeClient, namespace: string) {
    this.#virtualService = new ChangedObject(client, namespace, {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      plural: "virtualservices",
      name: BACKEND,
    });
  }

  /** Makes Istio add so many attempts to calls that fail, and leaves all else of the rules that are there as it is. */
  async set(attempts: number, signal: AbortSignal): Promise<void> {
    await this.#virtualService.change((spec) => withAttempts(attempts, spec), signal);
  }

  /** Makes it what it was before `set`, be that another lab's. */
  async restore(signal: AbortSignal): Promise<void> {
    await this.#virtualService.restore(signal);
  }
}

/**
 * What rules are with so many attempts beside the first. Conditions and timeouts of a rule's own retries stay, but for none at all: Istio
 * refuses them beside `attempts: 0`. Source: istio.io/istio/pkg/config/validation, validateHTTPRetry.
 */
export function withAttempts(attempts: number, spec: VirtualServiceSpec = { hosts: [BACKEND] }): VirtualServiceSpec {
  const { http = ANY_CALL, ...rest } = spec;
  const retries = (own: HttpRule["retries"]) => (attempts === 0 ? { attempts } : { ...own, attempts });
  return { ...rest, http: http.map((rule) => ({ ...rule, retries: retries(rule.retries) })) };
}
