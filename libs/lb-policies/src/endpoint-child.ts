import { type ChannelOptions, connectivityState, experimental } from "@grpc/grpc-js";
import type { EndpointLoad } from "./endpoint-load.ts";

/** Told of each change of a child's state or picker, with the state before it. */
type OnChildChanged<Load extends EndpointLoad> = (
  child: EndpointChild<Load>,
  before: connectivityState,
  error: string | null,
) => void;

/** One endpoint of a policy: a pick_first of its own (gRFC A61), and what is known of its load. */
export class EndpointChild<Load extends EndpointLoad> {
  readonly load: Load;
  readonly #leaf: experimental.LeafLoadBalancer;
  #state = connectivityState.IDLE;
  #isGone = false;

  constructor(
    endpoint: experimental.Endpoint,
    load: Load,
    parent: experimental.ChannelControlHelper,
    onChanged: OnChildChanged<Load>,
    options: ChannelOptions,
    resolutionNote: string,
  ) {
    this.load = load;
    const helper = experimental.createChildChannelControlHelper(parent, {
      updateState: (state, _picker, error) => {
        const before = this.#state;
        this.#state = state;
        if (!this.#isGone) onChanged(this, before, error);
      },
      // A leaf's timer may still fire when the leaf is gone.
      requestReresolution: () => {
        if (!this.#isGone) parent.requestReresolution();
      },
    });
    this.#leaf = new experimental.LeafLoadBalancer(endpoint, helper, options, resolutionNote);
  }

  get state(): connectivityState {
    return this.#state;
  }

  get picker(): experimental.Picker {
    return this.#leaf.getPicker();
  }

  connect(): void {
    this.#leaf.startConnecting();
  }

  /** Takes the endpoint's current attributes and the channel's options; a connection that fits stays. */
  update(endpoint: experimental.Endpoint, options: ChannelOptions): void {
    this.#leaf.updateEndpoint(endpoint, options);
  }

  /** Connects again after the connection was lost. */
  exitIdle(): void {
    this.#leaf.exitIdle();
  }

  destroy(): void {
    this.#isGone = true;
    this.#leaf.destroy();
  }
}
