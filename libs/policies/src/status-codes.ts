/** gRPC status codes that policies are about. Source: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export const OK = 0;
export const DEADLINE_EXCEEDED = 4;
export const PERMISSION_DENIED = 7;
export const RESOURCE_EXHAUSTED = 8;
export const UNAVAILABLE = 14;
