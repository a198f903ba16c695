import { experimental } from "@grpc/grpc-js";
import { DiscoveryV1Api, type Informer, KubeConfig, makeInformer, type V1EndpointSlice } from "@kubernetes/client-node";
import type { EndpointSlice } from "../src/endpoint-slice.ts";
import { selectEndpoints } from "../src/select-endpoints.ts";
import { authorityOf, parseTarget } from "../src/target.ts";

/** `informer:` targets, resolved as `kubernetes:` ones are, but with the slices from an informer of @kubernetes/client-node. */
export function registerInformer(server: string, namespace: string): void {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: "cluster", server, skipTLSVerify: true }, { name: "user" });
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const api = config.makeApiClient(DiscoveryV1Api);

  class InformerResolver implements experimental.Resolver {
    readonly #informer: Informer<V1EndpointSlice>;
    #isStarted = false;

    constructor(target: experimental.GrpcUri, listener: experimental.ResolverListener) {
      const { service, port } = parseTarget(target);
      const labelSelector = `kubernetes.io/service-name=${service}`;
      const list = () => api.listNamespacedEndpointSlice({ namespace, labelSelector });
      const informer = makeInformer(config, path, list, labelSelector);
      const report = () => {
        // Missing conditions and null are the same to both types.
        const { endpoints } = selectEndpoints(informer.list() as unknown as EndpointSlice[], port);
        if (endpoints !== undefined) listener(experimental.statusOrFromValue([...endpoints]), {}, null, "");
      };
      for (const event of ["add", "update", "delete"] as const) informer.on(event, report);
      this.#informer = informer;
    }

    updateResolution(): void {
      if (!this.#isStarted) void this.#informer.start();
      this.#isStarted = true;
    }

    destroy(): void {
      void this.#informer.stop();
    }

    static getDefaultAuthority(target: experimental.GrpcUri): string {
      return authorityOf(target);
    }
  }
  experimental.registerResolver("informer", InformerResolver);
}
