import { type ChannelOptions, connectivityState, experimental } from "@grpc/grpc-js";

type StateListener = experimental.ConnectivityStateListener;

/** A subchannel whose connection the test makes, refuses and breaks. */
class FakeSubchannel implements experimental.SubchannelInterface {
  readonly #address: string;
  readonly #listeners = new Set<StateListener>();
  #state = connectivityState.IDLE;

  constructor(address: string) {
    this.#address = address;
  }

  /** Changes the state, if it is `from`. */
  move(from: connectivityState, to: connectivityState): void {
    if (this.#state !== from) return;
    this.#state = to;
    for (const listener of [...this.#listeners]) listener(this, from, to, 0, `${this.#address} went`);
  }

  getConnectivityState(): connectivityState {
    return this.#state;
  }

  startConnecting(): void {
    process.nextTick(() => this.move(connectivityState.IDLE, connectivityState.CONNECTING));
  }

  addConnectivityStateListener(listener: StateListener): void {
    this.#listeners.add(listener);
  }

  removeConnectivityStateListener(listener: StateListener): void {
    this.#listeners.delete(listener);
  }

  getAddress(): string {
    return this.#address;
  }

  getChannelzRef(): never {
    return {} as never;
  }

  isHealthy(): boolean {
    return true;
  }

  realSubchannelEquals(other: experimental.SubchannelInterface): boolean {
    return other === this;
  }

  getRealSubchannel(): never {
    throw new Error("a fake subchannel has no real one");
  }

  getCallCredentials(): never {
    throw new Error("a fake subchannel has no credentials");
  }

  getChannel(): never {
    throw new Error("a fake subchannel has no channel");
  }

  ref(): void {}
  unref(): void {}
  throttleKeepalive(): void {}
  addHealthStateWatcher(): void {}
  removeHealthStateWatcher(): void {}
  addDataWatcher(): void {}
}

/** A channel without connections: keeps one subchannel for each address, as grpc-js's pool does, and what a policy reports. */
export class FakeChannel implements experimental.ChannelControlHelper {
  readonly subchannels = new Map<string, FakeSubchannel>();
  /** The latest report. */
  state = connectivityState.IDLE;
  picker: experimental.Picker = new experimental.UnavailablePicker();
  reports = 0;
  /** Those of the latest subchannel that was asked for. */
  options: ChannelOptions = {};
  reresolutions = 0;

  createSubchannel(address: experimental.SubchannelAddress, options: ChannelOptions): experimental.SubchannelInterface {
    this.options = options;
    const key = experimental.subchannelAddressToString(address);
    const subchannel = this.subchannels.get(key) ?? new FakeSubchannel(key);
    this.subchannels.set(key, subchannel);
    return subchannel;
  }

  updateState(state: connectivityState, picker: experimental.Picker): void {
    this.state = state;
    this.picker = picker;
    this.reports += 1;
  }

  requestReresolution(): void {
    this.reresolutions += 1;
  }

  addChannelzChild(): void {}
  removeChannelzChild(): void {}
}
