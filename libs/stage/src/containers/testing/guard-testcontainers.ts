import { engineAddress } from "@grpc-lb-lab/workarounds/engine-address";
import { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } from "testcontainers";
import { startGuardian } from "../guardian.ts";

/**
 * Removes what this process has started by testcontainers should it be killed or interrupted, as Ryuk would, whose image only a registry has:
 * TESTCONTAINERS_RYUK_DISABLED must be `true`. Disposing the result ends it, and it removes nothing.
 */
export async function guardTestcontainers(): Promise<AsyncDisposable> {
  const client = await getContainerRuntimeClient();
  const { sessionId } = await getReaper(client);
  return startGuardian(`${LABEL_TESTCONTAINERS_SESSION_ID}=${sessionId}`, engineAddress(client.container.dockerode));
}
