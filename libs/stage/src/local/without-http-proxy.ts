/**
 * For the environment of gRPC clients: grpc-js would send calls to loopback addresses through a proxy that the environment names (its
 * environment_variables.md). Empty is unset to it.
 */
export const WITHOUT_HTTP_PROXY = { grpc_proxy: "", https_proxy: "", http_proxy: "" } as const;
