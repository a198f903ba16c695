import { InputError } from "@grpc-lb-lab/input-error";
import type { KubeClient } from "./kube-client.ts";

/** What the API server says of an API: `APIResourceList`. Everybody may ask (`system:discovery`), of CRDs only some. */
interface ApiResources {
  readonly resources: readonly { readonly kind: string }[];
}

const GATEWAY_API = "/apis/gateway.networking.k8s.io/v1";
/** The youngest kind that the lab's manifests have: v1 since 1.1 of the Gateway API. */
const YOUNGEST_KIND = "GRPCRoute";

/**
 * Sees that the API server knows the kinds of the Gateway API.
 * @throws {InputError} that says what is missing, and the remedy.
 */
export async function assertGatewayApi(client: KubeClient, signal?: AbortSignal): Promise<void> {
  const api = await client.find<ApiResources>(GATEWAY_API, signal);
  if (api === undefined) {
    throw new InputError(
      `there is no Gateway API in the cluster of context ${client.context}: run make gateway-api CONTEXT=${client.context}`,
    );
  }
  if (api.resources.some(({ kind }) => kind === YOUNGEST_KIND)) return;
  throw new InputError(
    `the Gateway API in the cluster of context ${client.context} has no ${YOUNGEST_KIND} of version v1: whoever installed it must install 1.1 or newer, standard channel`,
  );
}
