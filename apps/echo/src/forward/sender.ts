/** Sends the requests of one ForwardEcho. */
export interface Sender extends Disposable {
  /** Makes the connections that all requests share, if any, so that the first requests are balanced as the later ones. Fails as requests do: then. */
  connect(signal: AbortSignal): Promise<void>;
  /**
   * Sends request `id` and resolves with its lines of output. `activeRequests` tells how many are under way when it is answered.
   * @throws {Error} whose message is the failure as Istio's forwarder words it; also when `signal` aborts.
   */
  send(id: number, signal: AbortSignal, activeRequests: () => number): Promise<string>;
}
