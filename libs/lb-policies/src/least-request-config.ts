import type { experimental } from "@grpc/grpc-js";
import { readFields, refused } from "./policy-config.ts";

/** The policy's name in gRFC A48, grpc-go and grpc-java. */
export const LEAST_REQUEST = "least_request_experimental";

const FEWEST = 2;
const MOST = 10;

/**
 * The settings of `least_request_experimental`: `choiceCount`, how many endpoints are drawn for each call: 2 if it is not given, 10 if it is more, as in gRFC A48.
 */
export class LeastRequestConfig implements experimental.TypedLoadBalancingConfig {
  readonly choiceCount: number;

  constructor(choiceCount = FEWEST) {
    this.choiceCount = choiceCount;
  }

  getLoadBalancerName(): string {
    return LEAST_REQUEST;
  }

  toJsonObject(): object {
    return { [LEAST_REQUEST]: { choiceCount: this.choiceCount } };
  }

  /** @throws Error naming the field, its value and what is allowed. */
  static createFromJson(json: unknown): LeastRequestConfig {
    const { choiceCount = FEWEST } = readFields(LEAST_REQUEST, json);
    if (typeof choiceCount !== "number" || !Number.isInteger(choiceCount) || choiceCount < FEWEST)
      throw refused(
        LEAST_REQUEST,
        `choiceCount is ${JSON.stringify(choiceCount)}, but must be a whole number from ${FEWEST}`,
      );
    return new LeastRequestConfig(Math.min(choiceCount, MOST));
  }
}
