import type { CallContext } from "@grpc-lb-lab/rpc";

/** A handler's part that never answers, until its call is cancelled. */
export async function heldUntilCancelled({ signal }: Pick<CallContext, "signal">): Promise<never> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  throw signal.reason;
}
