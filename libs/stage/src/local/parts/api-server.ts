import { KubeApi } from "@grpc-lb-lab/kube-api";
import { InputError } from "@grpc-lb-lab/stage-api";
import { sliceEndpoint, sliceService } from "../../deployment/backend-service.ts";
import type { LocalContext } from "../local-context.ts";

/** What stands in for the API server, in words. */
export const SIMULATED_API_SERVER = "the API server: the lab's own server, which lists and watches EndpointSlices";

/** The API server, as far as EndpointSlices go. */
export interface ApiServer extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string;
}

/**
 * Starts it, fed from the registry with the endpoints of the Service `backend`.
 * @throws {InputError} when the port is taken.
 */
export async function startApiServer({ addresses, registry, namespace }: LocalContext): Promise<ApiServer> {
  const api = await KubeApi.listen({ host: addresses.kubeApi, port: addresses.kubeApiPort }).catch((error: Error) => {
    throw new InputError(error.message, { cause: error });
  });
  const service = sliceService({ namespace, port: addresses.grpcPort });
  const unfollow = registry.follow((endpoints) => api.setEndpoints(service, endpoints.map(sliceEndpoint)));
  const dispose = () => {
    unfollow();
    return api.close();
  };
  return { url: api.url, [Symbol.asyncDispose]: dispose };
}
