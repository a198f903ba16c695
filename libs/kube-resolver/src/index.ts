export type { KubernetesResolverOptions } from "./options.ts";
export { register } from "./register.ts";
export type { EndpointAttributes, KubernetesEndpoint } from "./select-endpoints.ts";
