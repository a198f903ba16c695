import { setTimeout as delay } from "node:timers/promises";
import type { CallContext } from "../call-context.ts";

/** Waits, and rejects at once when the call is cancelled. 0 does not wait and costs nothing. */
export async function sleep(ms: number, call: Pick<CallContext, "signal">): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: call.signal });
}
