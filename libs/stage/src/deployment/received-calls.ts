import { InputError, type Pod, type ReceivedCalls } from "@grpc-lb-lab/stage-api";

/** A pod that is cut off does not answer at all. */
const PATIENCE_MS = 5_000;

/**
 * What pods' applications have received, by `GET /received` of their admin ports.
 * @throws {InputError} when one does not tell.
 */
export async function receivedCalls(
  pods: readonly Pod[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReceivedCalls>> {
  const all = await Promise.all(pods.map(async (pod) => [pod.name, await receivedBy(pod, signal)] as const));
  return new Map(all);
}

async function receivedBy({ name, adminAddress }: Pod, signal: AbortSignal): Promise<ReceivedCalls> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const response = await fetch(`http://${adminAddress}/received`, { signal: patience }).catch((error: Error) => {
    signal.throwIfAborted();
    throw new InputError(`pod ${name} does not tell at ${adminAddress} what it has received: ${error.message}`, {
      cause: error,
    });
  });
  if (!response.ok) throw new InputError(`pod ${name} does not tell what it has received: HTTP ${response.status}`);
  return (await response.json()) as ReceivedCalls;
}
