export { GrpcHealthWaitStrategy } from "./grpc-health-wait-strategy.ts";
export { GrpcWait } from "./grpc-wait.ts";
export type { GrpcHealthOptions } from "./options.ts";
