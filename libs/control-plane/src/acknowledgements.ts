import type { ClientState } from "./ads/client-state.ts";
import type { XdsType } from "./xds-type.ts";

/** Whose agreement is waited for, to what, and how long. */
export interface AcknowledgedOptions {
  /** Ends the waiting; without one it may last for ever. */
  readonly signal?: AbortSignal;
  /** Which clients count; default: all. */
  readonly client?: (client: ClientState) => boolean;
  /** Types that each of them must have asked for; default: none. A client asks for EDS last when it starts. */
  readonly types?: readonly XdsType[];
}

/** A client rejected what it was sent. */
export class NackError extends Error {
  override readonly name = "NackError";

  readonly nodeId: string;
  readonly type: string;
  /** As the client said it. */
  readonly reason: string;

  constructor(nodeId: string, type: string, reason: string) {
    super(`${nodeId} rejected ${type}: ${reason}`);
    this.nodeId = nodeId;
    this.type = type;
    this.reason = reason;
  }
}

interface Waiter {
  readonly options: AcknowledgedOptions;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Promises of the clients' agreement, looked at whenever a client makes progress. */
export class Acknowledgements {
  readonly #clients: () => readonly ClientState[];
  readonly #waiters = new Set<Waiter>();

  constructor(clients: () => readonly ClientState[]) {
    this.#clients = clients;
  }

  async next(options: AcknowledgedOptions): Promise<void> {
    const { signal } = options;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { options, resolve, reject };
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#waiters.add(waiter);
    this.check();
    try {
      await promise;
    } finally {
      this.#waiters.delete(waiter);
      signal?.removeEventListener("abort", abort);
    }
  }

  check(): void {
    if (this.#waiters.size === 0) return;
    const clients = this.#clients();
    for (const waiter of this.#waiters) settle(waiter, clients);
  }

  /** What clients reject now. */
  get rejections(): readonly NackError[] {
    return this.#clients().flatMap(rejections);
  }

  close(): void {
    for (const { reject } of this.#waiters) reject(new Error("the control plane was closed"));
  }
}

function settle({ options, resolve, reject }: Waiter, all: readonly ClientState[]): void {
  const { client: counts = () => true, types = [] } = options;
  const clients = all.filter(counts);
  const isDone = clients.every((client) => client.settled && types.every((type) => client.types[type] !== undefined));
  if (clients.length === 0 || !isDone) return;
  const rejected = clients.flatMap(rejections)[0];
  if (rejected === undefined) resolve();
  else reject(rejected);
}

/** What a client has left since (a channel without calls does) it is not sent again, so its word of then says nothing of now. */
function rejections({ proxy, types }: ClientState): NackError[] {
  return Object.entries(types).flatMap(([type, { rejection, subscribed }]) =>
    rejection === undefined || subscribed.length === 0 ? [] : [new NackError(proxy.id, type, rejection)],
  );
}
