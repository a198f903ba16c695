import { type ApplicationFault, InputError, type Pod } from "@grpc-lb-lab/stage-api";

/** A pod that is cut off does not answer at all. */
const PATIENCE_MS = 5_000;

/**
 * Replaces the fault in force in a pod's application, by `PUT /faults` of its admin port.
 * @throws {InputError} when the pod refuses it or does not answer.
 */
export async function putFault(
  { name, adminAddress }: Pod,
  fault: ApplicationFault,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fault),
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
  };
  const response = await fetch(`http://${adminAddress}/faults`, request).catch((error: Error) => {
    signal.throwIfAborted();
    throw new InputError(
      `pod ${name} does not answer at ${adminAddress}, so it takes no fault; wait until it is ready`,
      { cause: error },
    );
  });
  const answer = await response.text();
  if (!response.ok) throw new InputError(`pod ${name} refused the fault ${JSON.stringify(fault)}: ${answer}`);
}
