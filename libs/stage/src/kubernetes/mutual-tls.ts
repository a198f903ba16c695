import { BACKEND, type KubeClient } from "@grpc-lb-lab/cluster";
import { InputError } from "@grpc-lb-lab/stage-api";
import { ChangedObject } from "./changed-object.ts";
import { DESTINATION_RULE } from "./istio.ts";
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
  readonly #clients: ChangedObject<DestinationRuleSpec>;
  readonly #servers: ChangedObject<PeerAuthenticationSpec>;

  constructor(client: KubeClient, namespace: string) {
    this.#namespace = namespace;
    this.#clients = new ChangedObject(client, namespace, DESTINATION_RULE);
    this.#servers = new ChangedObject(client, namespace, {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      plural: "peerauthentications",
      name: "default",
    });
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

  /**
   * Sees that servers take nothing else: what a figure with mutual TLS rests on.
   * @throws {InputError} when they do.
   */
  async assertStrict(signal: AbortSignal): Promise<void> {
    if ((await this.#servers.spec(signal))?.mtls?.mode === "STRICT") return;
    throw new InputError(
      `namespace ${this.#namespace} has no PeerAuthentication default with mtls.mode STRICT, so nothing would show whether calls are encrypted; deploy it with components/mtls-strict`,
    );
  }

  /** Makes all what it was, in the opposite order, and waits likewise until it is. Clients are put back whatever comes of the servers. */
  async restore(calls: TrialCalls, signal: AbortSignal): Promise<void> {
    try {
      if (await this.#servers.restore(signal)) await calls.untilFailing(signal);
    } finally {
      if (await this.#clients.restore(signal)) await calls.untilAnswered(signal);
    }
  }
}

function inPlaintext({ trafficPolicy, ...rest }: DestinationRuleSpec = { host: BACKEND }): DestinationRuleSpec {
  return { ...rest, trafficPolicy: { ...trafficPolicy, tls: { mode: "DISABLE" } } };
}
