import { InputError } from "../input-error.ts";
import { IstioObject } from "./istio-object.ts";
import type { KubeClient } from "./kube-client.ts";
import { BACKEND } from "./names.ts";
import type { TrialCalls } from "./trial-calls.ts";

/** `spec` of a DestinationRule, as far as it matters. */
interface DestinationRuleSpec {
  readonly host?: string;
  readonly trafficPolicy?: Readonly<Record<string, unknown>>;
}

/** `spec` of a PeerAuthentication, as far as it matters. */
interface PeerAuthenticationSpec {
  readonly mtls?: { readonly mode?: string };
}

/**
 * Mutual TLS of a namespace, which Istio asks of servers by the PeerAuthentication `default`, and of clients by the DestinationRule `backend`.
 * Source: https://istio.io/latest/docs/concepts/security/#mutual-tls-authentication
 */
export class MutualTls {
  readonly #namespace: string;
  readonly #clients: IstioObject<DestinationRuleSpec>;
  readonly #servers: IstioObject<PeerAuthenticationSpec>;

  constructor(client: KubeClient, namespace: string) {
    this.#namespace = namespace;
    this.#clients = new IstioObject(client, namespace, {
      apiVersion: "networking.istio.io/v1",
      kind: "DestinationRule",
      plural: "destinationrules",
      name: BACKEND,
    });
    this.#servers = new IstioObject(client, namespace, {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      plural: "peerauthentications",
      name: "default",
    });
  }

  /** Whether servers take nothing else: what a figure with mutual TLS rests on. */
  async isStrict(signal: AbortSignal): Promise<boolean> {
    return (await this.#servers.spec(signal))?.mtls?.mode === "STRICT";
  }

  /**
   * Switches it off. Clients first: when servers refuse their calls they do speak plaintext, and when the calls succeed again servers take it.
   * @throws {InputError} when it is not strict: then nothing would show that it is off.
   */
  async switchOff(calls: TrialCalls, signal: AbortSignal): Promise<void> {
    await this.assertStrict(signal);
    await this.#clients.change(inPlaintext, signal);
    await calls.untilFailing(signal);
    await this.#servers.change(() => ({ mtls: { mode: "DISABLE" } }), signal);
    await calls.untilAnswered(signal);
  }

  /** @throws {InputError} when it is not strict. */
  async assertStrict(signal: AbortSignal): Promise<void> {
    if (await this.isStrict(signal)) return;
    throw new InputError(
      `namespace ${this.#namespace} has no PeerAuthentication default with mtls.mode STRICT, so that nothing would show whether calls are encrypted; deploy it with components/mtls-strict`,
    );
  }

  /** Makes all what it was, in the opposite order, and waits likewise until it is. */
  async restore(calls: TrialCalls, signal: AbortSignal): Promise<void> {
    if (await this.#servers.restore(signal)) await calls.untilFailing(signal);
    if (await this.#clients.restore(signal)) await calls.untilAnswered(signal);
  }
}

function inPlaintext({ trafficPolicy, ...rest }: DestinationRuleSpec = { host: BACKEND }): DestinationRuleSpec {
  return { ...rest, trafficPolicy: { ...trafficPolicy, tls: { mode: "DISABLE" } } };
}
