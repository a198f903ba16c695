export type { EndpointSlice, ObjectMeta, SliceContent, SliceEndpoint, SlicePort } from "./endpoint-slice.ts";
export type { Faults } from "./faults.ts";
export { KubeApi, type KubeApiOptions } from "./kube-api.ts";
export type { EndpointSpec, ServiceSpec } from "./reconcile-slices.ts";
export type { LoggedRequest, RequestCounts } from "./request-log.ts";
export type { AppliedChanges } from "./slice-controller.ts";
export type { Status } from "./status.ts";
