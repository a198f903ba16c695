import { expect, it } from "vitest";
import { statusName } from "./status-name.ts";

it("names the status codes of gRPC, and numbers the others", () => {
  expect([0, 4, 14, 16].map(statusName)).toEqual(["OK", "DEADLINE_EXCEEDED", "UNAVAILABLE", "UNAUTHENTICATED"]);
  expect([17, 99, -1].map(statusName)).toEqual(["CODE_17", "CODE_99", "CODE_-1"]);
});
