import { GrpcHealthWaitStrategy } from "./grpc-health-wait-strategy.ts";
import type { GrpcHealthOptions } from "./options.ts";

/** Wait strategies for containers that speak gRPC, beside testcontainers' own `Wait`. */
export const GrpcWait = {
  /**
   * Waits until `grpc.health.v1.Health/Check` answers SERVING.
   * @param port inside the container; it must be exposed (`withExposedPorts`).
   * @throws Error naming the port or an option that is wrong.
   * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
   */
  forHealth(port: number, options: GrpcHealthOptions = {}): GrpcHealthWaitStrategy {
    return new GrpcHealthWaitStrategy(port, options);
  },
} as const;
