import { type EncodedResource, setVersion } from "../codec/encoded-resource.ts";
import { type MeshProxy, proxyOf } from "../model/proxy.ts";
import type { Snapshot } from "../resources/snapshot.ts";
import { TYPE_URLS, type XdsType, xdsTypeOf } from "../xds-type.ts";
import type { ClientState, Nack } from "./client-state.ts";
import type { DiscoveryRequest, DiscoveryResponse } from "./discovery-service.ts";
import { PUSH_STEPS } from "./push-steps.ts";
import { isFullState, Subscription } from "./subscription.ts";

/** A request that the protocol does not allow; it ends its stream with INVALID_ARGUMENT. */
export class AdsRequestError extends Error {
  override readonly name = "AdsRequestError";
}

/** What a stream tells the control plane. */
export interface AdsStreamOwner {
  /** Whether the client is behind with reading. Nothing is pushed meanwhile; {@link AdsStream.resume} says that it has caught up. */
  readonly congested: boolean;
  send(response: DiscoveryResponse): void;
  onNack(nack: Nack): void;
  /** The client answered, asked, or was sent something. */
  onProgress(): void;
}

/** How long a client's answer is waited for before what depends on it is pushed all the same. */
const ANSWER_WAIT_MS = 1_000;

/** One client's state-of-the-world ADS stream: `StreamAggregatedResources`. */
export class AdsStream {
  readonly #owner: AdsStreamOwner;
  readonly #subscriptions = new Map<XdsType, Subscription>();
  #snapshot: Snapshot;
  #proxy: MeshProxy | undefined;
  #responses = 0;
  /** The next step of the change under way; at the end when there is none. */
  #step = PUSH_STEPS.length;
  /** The step whose turn comes at the latest when the timer fires. */
  #waiting: { readonly step: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(snapshot: Snapshot, owner: AdsStreamOwner) {
    this.#snapshot = snapshot;
    this.#owner = owner;
  }

  /** Undefined before the first request, which says who the client is. */
  get state(): ClientState | undefined {
    if (this.#proxy === undefined) return undefined;
    const types = [...this.#subscriptions].map(([type, { subscribed, sentVersion, ackedVersion, rejection }]) => [
      type,
      { subscribed, sentVersion, ackedVersion, rejection },
    ]);
    return { proxy: this.#proxy, types: Object.fromEntries(types), settled: this.#isSettled() };
  }

  /**
   * Takes a request: the answer to a response, a change of what is subscribed to, or both.
   * @throws AdsRequestError
   */
  receive(request: DiscoveryRequest): void {
    const proxy = this.#identify(request);
    const type = xdsTypeOf(request.typeUrl);
    if (type === undefined) this.#answerUnknown(request);
    else this.#serve(type, proxy, request);
  }

  /** Pushes what a new model changes for this client, in the order of {@link PUSH_STEPS}. */
  change(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#step = 0;
    this.#push(false);
  }

  /** Goes on where congestion stopped it: what the client is pushed then is the newest state, not what it missed. */
  resume(): void {
    this.#push(false);
  }

  close(): void {
    this.#endWait();
  }

  #serve(type: XdsType, proxy: MeshProxy, request: DiscoveryRequest): void {
    const { responseNonce, errorDetail, resourceNames } = request;
    const subscription = this.#subscriptionTo(type);
    if (subscription.isStale(responseNonce)) return;
    if (subscription.answer(responseNonce, errorDetail) && errorDetail !== undefined) {
      this.#owner.onNack({
        nodeId: proxy.id,
        kind: proxy.kind,
        type,
        version: subscription.sentVersion ?? "",
        reason: errorDetail,
      });
    }
    const isFirst = subscription.sentVersion === undefined;
    const added = subscription.subscribe(resourceNames);
    if (isFirst || added.length > 0) {
      this.#send(subscription, this.#desired(subscription, proxy, this.#step < PUSH_STEPS.length), added);
    }
    this.#push(false);
  }

  #identify({ node, typeUrl }: DiscoveryRequest): MeshProxy {
    if (this.#proxy === undefined) {
      if (node === undefined) throw new AdsRequestError("the first request of a stream must carry a node");
      this.#proxy = proxyOf(node);
    }
    if (typeUrl === "") throw new AdsRequestError("a request must carry a type_url");
    return this.#proxy;
  }

  /** There are no resources of other types, and none will come: said once, as the client would wait for an answer. */
  #answerUnknown({ typeUrl, responseNonce }: DiscoveryRequest): void {
    if (responseNonce !== "") return;
    this.#owner.send({ version_info: setVersion([]), resources: [], type_url: typeUrl, nonce: this.#nextNonce() });
  }

  #subscriptionTo(type: XdsType): Subscription {
    const subscription = this.#subscriptions.get(type) ?? new Subscription(type);
    this.#subscriptions.set(type, subscription);
    return subscription;
  }

  /** Goes through the steps from where they stand, and stops at one that has to wait unless `impatient`. */
  #push(impatient: boolean): void {
    for (; this.#step < PUSH_STEPS.length; this.#step++) {
      const push = this.#nextPush();
      if (push !== undefined) {
        if (this.#owner.congested) return;
        if (!impatient && this.#mustWaitFor(push.after)) {
          this.#wait();
          return;
        }
        this.#send(push.subscription, push.desired, []);
      }
      if (this.#step === this.#waiting?.step) this.#endWait();
    }
    this.#owner.onProgress();
  }

  /** What the step under way has to send; undefined when that is nothing new. */
  #nextPush() {
    const step = PUSH_STEPS[this.#step];
    const subscription = step && this.#subscriptions.get(step.type);
    if (step === undefined || subscription === undefined || this.#proxy === undefined) return undefined;
    const desired = this.#desired(subscription, this.#proxy, step.keepRemoved);
    return isNews(subscription, desired) ? { after: step.after, subscription, desired } : undefined;
  }

  /** A wait goes on through further changes and requests: these must not put off again and again what waits. */
  #wait(): void {
    this.#waiting ??= { step: this.#step, timer: setTimeout(() => this.#giveUpWaiting(), ANSWER_WAIT_MS).unref() };
  }

  #giveUpWaiting(): void {
    this.#waiting = undefined;
    this.#push(true);
  }

  #endWait(): void {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = undefined;
  }

  #mustWaitFor(types: readonly XdsType[]): boolean {
    return (
      types.some((type) => this.#subscriptions.get(type)?.answered === false) ||
      (types.includes("EDS") && !this.#isWarm())
    );
  }

  /** Whether a client that takes every cluster (an Envoy) has asked for the endpoints of those that it has. */
  #isWarm(): boolean {
    const clusters = this.#subscriptions.get("CDS");
    const endpoints = this.#subscriptions.get("EDS");
    if (endpoints === undefined || clusters?.subscribed !== "*" || clusters.rejection !== undefined) return true;
    return [...clusters.sent.keys()].every((name) => !name.startsWith("outbound|") || endpoints.has(name));
  }

  #isSettled(): boolean {
    return this.#step === PUSH_STEPS.length && [...this.#subscriptions.values()].every(({ answered }) => answered);
  }

  /** The resources that the client should have; with `keepRemoved` also those it has that are no more, so that nothing goes before its users do. */
  #desired(subscription: Subscription, proxy: MeshProxy, keepRemoved: boolean): EncodedResource[] {
    const { type, sent } = subscription;
    const desired = new Map<string, EncodedResource>();
    for (const name of this.#namesOf(subscription, proxy)) {
      const resource = this.#snapshot.get(type, name, proxy) ?? (keepRemoved ? sent.get(name) : undefined);
      if (resource !== undefined) desired.set(name, resource);
    }
    return [...desired.values()];
  }

  #namesOf({ type, subscribed, sent }: Subscription, proxy: MeshProxy): Iterable<string> {
    if (subscribed !== "*") return subscribed;
    return [...this.#snapshot.names(type, proxy), ...sent.keys()];
  }

  #send(subscription: Subscription, desired: readonly EncodedResource[], added: readonly string[]): void {
    const { type, sent } = subscription;
    const carried = isFullState(type)
      ? desired
      : desired.filter(({ name, version }) => added.includes(name) || sent.get(name)?.version !== version);
    const resources = carried.map(({ any }) => any);
    const nonce = this.#nextNonce();
    const version = subscription.respond(nonce, desired);
    this.#owner.send({ version_info: version, resources, type_url: TYPE_URLS[type], nonce });
  }

  #nextNonce(): string {
    this.#responses += 1;
    return String(this.#responses);
  }
}

function isNews({ type, sent }: Subscription, desired: readonly EncodedResource[]): boolean {
  const isRemoval = isFullState(type) && desired.length < sent.size;
  return isRemoval || desired.some(({ name, version }) => sent.get(name)?.version !== version);
}
