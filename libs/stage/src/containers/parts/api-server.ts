import { sliceEndpoint, sliceService } from "../../deployment/backend-service.ts";
import { SERVICE_PORTS } from "../../services/service-names.ts";
import { ClusterContainer } from "../cluster-container.ts";
import { type ContainersContext, GRPC_PORT } from "../containers-context.ts";

/** What stands in for the API server, in words. */
export const SIMULATED_API_SERVER =
  "the API server: a container with the lab's own server, which lists and watches EndpointSlices";

/** Where it is asked. */
export const API_SERVER_URL = `http://kube-api:${SERVICE_PORTS["kube-api"]}`;

/** The API server with the endpoints of the Service `backend`. */
export function startApiServer(context: ContainersContext): Promise<ClusterContainer> {
  const service = sliceService({ namespace: context.namespace, port: GRPC_PORT });
  return ClusterContainer.start(context, {
    service: "kube-api",
    alias: "kube-api",
    state: (endpoints) => ({ service, endpoints: endpoints.map(sliceEndpoint) }),
  });
}
