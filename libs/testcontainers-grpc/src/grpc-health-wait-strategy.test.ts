import { Wait } from "testcontainers";
import { expect, test } from "vitest";
import { GrpcWait } from "./grpc-wait.ts";

test("the startup timeout is a minute, or as it is set", () => {
  const strategy = GrpcWait.forHealth(50051);
  expect([strategy.isStartupTimeoutSet(), strategy.getStartupTimeout()]).toEqual([false, 60_000]);
  expect(strategy.withStartupTimeout(5_000)).toBe(strategy);
  expect([strategy.isStartupTimeoutSet(), strategy.getStartupTimeout()]).toEqual([true, 5_000]);
});

test("it is one among others, and a timeout of its own stays", () => {
  const [own, others] = [GrpcWait.forHealth(50051).withStartupTimeout(5_000), GrpcWait.forHealth(50052)];
  Wait.forAll([own, others]).withStartupTimeout(7_000);
  expect([own.getStartupTimeout(), others.getStartupTimeout()]).toEqual([5_000, 7_000]);
});
