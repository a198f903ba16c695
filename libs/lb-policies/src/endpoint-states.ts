import { connectivityState, type experimental } from "@grpc/grpc-js";
import type { EndpointChild } from "./endpoint-child.ts";
import type { EndpointLoad } from "./endpoint-load.ts";

/**
 * The states of a policy's endpoints, brought up to date one by one, so that a change costs the same whatever their number: 5,000 endpoints that connect
 * are 5,000 changes.
 */
export class EndpointStates<Load extends EndpointLoad> {
  readonly #loads: Load[] = [];
  readonly #pickers: experimental.Picker[] = [];
  readonly #ready: EndpointChild<Load>[] = [];
  readonly #readyAt = new Map<EndpointChild<Load>, number>();
  readonly #failed = new Set<EndpointChild<Load>>();
  readonly #others = new Set<EndpointChild<Load>>();

  /** The loads of the ready endpoints, in the order of their pickers. Both change with the states. */
  get loads(): readonly Load[] {
    return this.#loads;
  }

  get pickers(): readonly experimental.Picker[] {
    return this.#pickers;
  }

  /**
   * The state of all together, as round_robin's: READY if one is, else CONNECTING if one is, else TRANSIENT_FAILURE, also of none. One that is IDLE is
   * about to connect.
   */
  get state(): connectivityState {
    if (this.#loads.length > 0) return connectivityState.READY;
    return this.#others.size > 0 ? connectivityState.CONNECTING : connectivityState.TRANSIENT_FAILURE;
  }

  /** Takes an endpoint's present state and picker. */
  set(child: EndpointChild<Load>): void {
    if (child.state === connectivityState.READY) this.#setReady(child);
    else {
      this.delete(child);
      (child.state === connectivityState.TRANSIENT_FAILURE ? this.#failed : this.#others).add(child);
    }
  }

  delete(child: EndpointChild<Load>): void {
    this.#failed.delete(child);
    this.#others.delete(child);
    const at = this.#readyAt.get(child);
    if (at !== undefined) this.#deleteReady(child, at);
  }

  #setReady(child: EndpointChild<Load>): void {
    this.#failed.delete(child);
    this.#others.delete(child);
    const at = this.#readyAt.get(child) ?? this.#ready.length;
    this.#put(child, at);
  }

  /** The last one takes its place. */
  #deleteReady(child: EndpointChild<Load>, at: number): void {
    const last = this.#ready.pop();
    this.#loads.pop();
    this.#pickers.pop();
    this.#readyAt.delete(child);
    if (last !== undefined && last !== child) this.#put(last, at);
  }

  #put(child: EndpointChild<Load>, at: number): void {
    this.#ready[at] = child;
    this.#loads[at] = child.load;
    this.#pickers[at] = child.picker;
    this.#readyAt.set(child, at);
  }
}
