import { sliceEndpoint, sliceService } from "../../deployment/backend-service.ts";
import { SERVICE_PORTS } from "../../services/service-names.ts";
import { ClusterContainer } from "../cluster-container.ts";
import { type ContainersLauncher, GRPC_PORT } from "../containers-launch.ts";

/** `watch`: the client watches the Service's EndpointSlices. */
export const launchWatch: ContainersLauncher = async (context) => {
  const { namespace } = context;
  const service = sliceService({ namespace, port: GRPC_PORT });
  const api = await ClusterContainer.start(context, {
    service: "kube-api",
    alias: "kube-api",
    state: (endpoints) => ({ service, endpoints: endpoints.map(sliceEndpoint) }),
  });
  const target = "kubernetes:///backend:grpc";
  return {
    target,
    clientEnv: {
      BACKEND_TARGET: target,
      BACKEND_LB_POLICY: "round_robin",
      KUBERNETES_API_SERVER: `http://kube-api:${SERVICE_PORTS["kube-api"]}`,
      KUBERNETES_NAMESPACE: namespace,
    },
    timingNames: ["endpointLagMs"],
    simulated: ["the API server: a container with one of the lab's own that lists and watches EndpointSlices"],
    cutControlPlane: () => api.cutOff(),
  };
};
