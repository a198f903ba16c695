import { KubeApi } from "@grpc-lb-lab/kube-api";
import { sliceEndpoint, sliceService } from "../../deployment/backend-service.ts";
import { InputError } from "../../input-error.ts";
import type { Launcher } from "../launcher.ts";

/** `watch`: the client watches the Service's EndpointSlices. */
export const launchWatch: Launcher = async ({ addresses, registry, namespace }) => {
  const api = await KubeApi.listen({ host: addresses.kubeApi, port: addresses.kubeApiPort }).catch((error: Error) => {
    throw new InputError(error.message, { cause: error });
  });
  const service = sliceService({ namespace, port: addresses.grpcPort });
  const unfollow = registry.follow((endpoints) => api.setEndpoints(service, endpoints.map(sliceEndpoint)));
  const target = "kubernetes:///backend:grpc";
  return {
    target,
    clientEnv: {
      BACKEND_TARGET: target,
      BACKEND_LB_POLICY: "round_robin",
      KUBERNETES_API_SERVER: api.url,
      KUBERNETES_NAMESPACE: namespace,
    },
    timingNames: [],
    simulated: ["the API server: one of the lab's own that lists and watches EndpointSlices"],
    [Symbol.asyncDispose]: () => {
      unfollow();
      return api.close();
    },
  };
};
