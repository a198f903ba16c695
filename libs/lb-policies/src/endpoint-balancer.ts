import { type ChannelOptions, connectivityState, experimental, type StatusObject } from "@grpc/grpc-js";
import { BalancingPicker } from "./balancing-picker.ts";
import { CallCounter } from "./call-counter.ts";
import type { Chooser, Clock } from "./chooser.ts";
import { EndpointChild } from "./endpoint-child.ts";
import { endpointKey } from "./endpoint-key.ts";
import type { EndpointLoad } from "./endpoint-load.ts";
import { EndpointLoads } from "./endpoint-loads.ts";
import { EndpointStates } from "./endpoint-states.ts";

/** A policy: its name, its settings, and how it chooses. */
export interface Policy<Config extends experimental.TypedLoadBalancingConfig, Load extends EndpointLoad> {
  readonly name: string;
  readonly Config: new () => Config;
  readonly createChooser: () => Chooser<Config, Load>;
  /** Default: `performance.now`. */
  readonly now?: Clock;
}

/**
 * What policies over endpoints have in common, as grpc-js's round_robin does it: a pick_first for each endpoint (gRFC A61), all kept connected; READY if
 * one is, else CONNECTING if one is, else TRANSIENT_FAILURE. Unlike round_robin it keeps children whose endpoints stay in the list, and what is known of
 * their loads.
 */
export class EndpointBalancer<Config extends experimental.TypedLoadBalancingConfig, Load extends EndpointLoad>
  implements experimental.LoadBalancer
{
  readonly #policy: Policy<Config, Load>;
  readonly #helper: experimental.ChannelControlHelper;
  readonly #chooser: Chooser<Config, Load>;
  readonly #picker: experimental.Picker;
  readonly #loads: EndpointLoads<Load>;
  readonly #states = new EndpointStates<Load>();
  readonly #children = new Map<string, EndpointChild<Load>>();
  #isReportPaused = false;
  #lastError: string | null = null;

  constructor(policy: Policy<Config, Load>, helper: experimental.ChannelControlHelper) {
    this.#policy = policy;
    this.#helper = helper;
    const chooser = policy.createChooser();
    const now = policy.now ?? (() => performance.now());
    this.#chooser = chooser;
    const calls = new CallCounter<Load>(now, (load, latencyMs, code) => chooser.ended(load, latencyMs, code));
    this.#picker = new BalancingPicker(this.#states, (loads) => chooser.choose(loads), calls);
    this.#loads = new EndpointLoads(chooser);
  }

  updateAddressList(
    endpoints: experimental.StatusOr<experimental.Endpoint[]>,
    config: experimental.TypedLoadBalancingConfig,
    options: ChannelOptions,
    resolutionNote: string,
  ): boolean {
    if (!(config instanceof this.#policy.Config)) return false;
    this.#chooser.configure(config);
    if (!endpoints.ok) {
      // Endpoints that are known stay in use while names cannot be resolved.
      if (this.#children.size === 0) this.#fail(endpoints.error.details, endpoints.error);
      return true;
    }
    this.#isReportPaused = true;
    this.#setEndpoints(endpoints.value, options, resolutionNote);
    this.#isReportPaused = false;
    if (this.#children.size > 0) this.#report();
    else this.#fail(`No addresses resolved. Resolution note: ${resolutionNote}`);
    return this.#children.size > 0;
  }

  exitIdle(): void {
    // Children that are idle connect at once, so that the policy is idle only while it has none.
  }

  resetBackoff(): void {
    // Backoff is the subchannels' affair.
  }

  destroy(): void {
    for (const child of this.#children.values()) child.destroy();
    this.#children.clear();
  }

  getTypeName(): string {
    return this.#policy.name;
  }

  #setEndpoints(endpoints: readonly experimental.Endpoint[], options: ChannelOptions, resolutionNote: string): void {
    const listed = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
    for (const [key, child] of this.#children) if (!listed.has(key)) this.#remove(key, child);
    for (const [key, endpoint] of listed) {
      const known = this.#children.get(key);
      if (known === undefined) this.#add(key, endpoint, options, resolutionNote);
      else known.update(endpoint, options);
    }
    this.#loads.forget();
  }

  #add(key: string, endpoint: experimental.Endpoint, options: ChannelOptions, resolutionNote: string): void {
    const load = this.#loads.enter(key);
    const child = new EndpointChild(endpoint, load, this.#helper, this.#onChildChanged, options, resolutionNote);
    this.#children.set(key, child);
    this.#states.set(child);
    child.connect();
  }

  #remove(key: string, child: EndpointChild<Load>): void {
    this.#children.delete(key);
    this.#states.delete(child);
    child.destroy();
    this.#loads.leave(key, child.load);
  }

  readonly #onChildChanged = (child: EndpointChild<Load>, before: connectivityState, error: string | null): void => {
    if (error !== null) this.#lastError = error;
    this.#states.set(child);
    // A server that went away may have a successor at another address.
    if (before === connectivityState.READY && child.state !== connectivityState.READY)
      this.#helper.requestReresolution();
    // All are kept connected. This changes the state again.
    if (child.state === connectivityState.IDLE) child.exitIdle();
    else if (!this.#isReportPaused) this.#report();
  };

  #report(): void {
    const { state } = this.#states;
    if (state === connectivityState.READY) this.#helper.updateState(state, this.#picker, null);
    else if (state === connectivityState.CONNECTING)
      this.#helper.updateState(state, new experimental.QueuePicker(this), null);
    else this.#fail(`${this.#policy.name}: No connection established. Last error: ${this.#lastError}`);
  }

  #fail(details: string, error: Partial<StatusObject> = { details }): void {
    const picker = new experimental.UnavailablePicker(error);
    this.#helper.updateState(connectivityState.TRANSIENT_FAILURE, picker, details);
  }
}

/** The class that grpc-js makes a policy's instances of, one for each channel. */
export function loadBalancerClass<Config extends experimental.TypedLoadBalancingConfig, Load extends EndpointLoad>(
  policy: Policy<Config, Load>,
): new (
  helper: experimental.ChannelControlHelper,
) => experimental.LoadBalancer {
  return class extends EndpointBalancer<Config, Load> {
    constructor(helper: experimental.ChannelControlHelper) {
      super(policy, helper);
    }
  };
}
