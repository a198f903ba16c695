import { setTimeout as delay } from "node:timers/promises";
import { type Client, connectivityState } from "@grpc/grpc-js";

type Channel = ReturnType<Client["getChannel"]>;

/** After the first endpoint is connected: what the others, which began at the same time, get to do so. */
const SETTLE_MS = 30;
/** Of one watch, so that none outlives its use for long. */
const WATCH_MS = 1_000;

/**
 * Connects a client's channel before it is used, and resolves when it is connected, when it cannot be, or when `signal` aborts. A new channel hands
 * all calls that wait for it to its first endpoint that connects: five requests of Istio's own forwarder often reach one pod of two.
 */
export async function connectChannel(client: Client, signal: AbortSignal): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = () => resolve();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([aborted, settled(client.getChannel(), signal)]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function settled(channel: Channel, signal: AbortSignal): Promise<void> {
  let state = channel.getConnectivityState(true);
  while (!signal.aborted && (state === connectivityState.IDLE || state === connectivityState.CONNECTING)) {
    await changed(channel, state);
    state = signal.aborted ? state : channel.getConnectivityState(true);
  }
  if (state === connectivityState.READY) await delay(SETTLE_MS, undefined, { signal }).catch(() => {});
}

async function changed(channel: Channel, from: connectivityState): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  channel.watchConnectivityState(from, Date.now() + WATCH_MS, () => resolve());
  await promise;
}
