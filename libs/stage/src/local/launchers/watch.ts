import { KubeApi } from "@grpc-lb-lab/kube-api";
import { InputError } from "../../input-error.ts";
import type { Endpoint } from "../endpoint-registry.ts";
import type { Launcher } from "../launcher.ts";

/** `watch`: the client watches the Service's EndpointSlices. */
export const launchWatch: Launcher = async ({ addresses, registry, namespace }) => {
  const api = await KubeApi.listen({ host: addresses.kubeApi, port: addresses.kubeApiPort }).catch((error: Error) => {
    throw new InputError(error.message, { cause: error });
  });
  const service = {
    name: "backend",
    namespace,
    ports: [{ name: "grpc", port: addresses.grpcPort, appProtocol: "grpc" }],
  };
  const unfollow = registry.follow((endpoints) => api.setEndpoints(service, endpoints.map(endpointSpec)));
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

function endpointSpec({ pod, address, zone, node, ready, serving, terminating }: Endpoint) {
  return { address, ready, serving, terminating, zone, nodeName: node, podName: pod };
}
