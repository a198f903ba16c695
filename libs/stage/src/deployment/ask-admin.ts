import { InputError } from "@grpc-lb-lab/stage-api";

/** Long enough for a busy machine. */
const TIMEOUT_MS = 5_000;

/**
 * What a proxy's admin port answers to an HTTP GET.
 * @param address - `host:port` of the admin port.
 * @throws {InputError} when it does not answer with 2xx; the signal's reason when that aborts.
 */
export async function askAdmin(what: string, address: string, path: string, signal: AbortSignal): Promise<string> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(`http://${address}${path}`, { signal: patience, headers: { connection: "close" } });
    if (response.ok) return await response.text();
    throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    throw new InputError(`${what} does not answer ${path} (${(error as Error).message}); try again`, { cause: error });
  }
}
