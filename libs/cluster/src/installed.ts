import { assertGatewayApi } from "./gateway-api.ts";
import { assertIstio } from "./istio.ts";
import type { KubeClient } from "./kube-client.ts";

/** Sees that one thing is installed. @throws {InputError} with the remedy. */
type Assertion = (client: KubeClient, signal?: AbortSignal) => Promise<void>;

/** What is installed into a cluster for all modes, by the name of its make target, and how one sees that it is there. */
const INSTALLABLE = {
  istio: assertIstio,
  "gateway-api": assertGatewayApi,
} as const satisfies Readonly<Record<string, Assertion>>;

/** The name of a make target that installs something into a cluster. */
export type Installable = keyof typeof INSTALLABLE;

/**
 * Sees that a cluster has what is needed.
 * @throws {InputError} that says what is missing, and the make target that installs it.
 */
export async function assertInstalled(
  client: KubeClient,
  needed: readonly Installable[],
  signal?: AbortSignal,
): Promise<void> {
  for (const name of needed) await INSTALLABLE[name](client, signal);
}
