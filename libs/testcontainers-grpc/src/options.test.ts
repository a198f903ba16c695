import { expect, test } from "vitest";
import { GrpcWait } from "./grpc-wait.ts";

test.each([0, 65_536, 1.5])("port %d is refused at once", (port) => {
  expect(() => GrpcWait.forHealth(port)).toThrow(`the port is ${port}, but must be a whole number from 1 to 65535`);
});

test.each(["deadlineMs", "intervalMs"] as const)("a wrong %s is refused at once", (option) => {
  expect(() => GrpcWait.forHealth(50051, { [option]: 0 })).toThrow(`option ${option} is 0, but must be`);
});
