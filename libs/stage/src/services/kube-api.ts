import { type EndpointSpec, KubeApi, type ServiceSpec } from "@grpc-lb-lab/kube-api";
import { InputError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import type { ServiceProgram } from "./service-program.ts";
import { serveState } from "./state-server.ts";

/** What an API server is told: a Service, and its endpoints. They come from a stage; the API itself refuses what is wrong with them. */
export interface KubeApiState {
  readonly service: ServiceSpec;
  readonly endpoints: readonly EndpointSpec[];
}

const KubeApiState = v.strictObject({
  service: v.custom<ServiceSpec>((value) => typeof value === "object"),
  endpoints: v.array(v.custom<EndpointSpec>((value) => typeof value === "object")),
});

/** The API server, as far as EndpointSlices go. */
export const startKubeApi: ServiceProgram = async ({ host, port, statePort }) => {
  await using rollback = new AsyncDisposableStack();
  const listening = KubeApi.listen({ host, port }).catch((error: Error) => {
    throw new InputError(error.message, { cause: error });
  });
  const api = rollback.use(await listening);
  const put = ({ service, endpoints }: KubeApiState) => void api.setEndpoints(service, endpoints);
  rollback.use(await serveState({ host, port: statePort, schema: KubeApiState, put }));
  return rollback.move();
};
