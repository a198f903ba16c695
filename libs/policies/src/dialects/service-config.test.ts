import { expect, it } from "vitest";
import { grpcDuration } from "./service-config.ts";

it("a duration of the service config has nine digits of a second, which grpc-js reads as nanoseconds", () => {
  expect([500, 1, 2_000].map(grpcDuration)).toEqual(["0.500000000s", "0.001000000s", "2.000000000s"]);
});
