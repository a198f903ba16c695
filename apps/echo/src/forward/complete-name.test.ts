import { expect, test } from "vitest";
import { completeName } from "./complete-name.ts";

test.each([
  ["echo", "echo.echo-grpc.svc.cluster.local"],
  ["echo.echo-grpc", "echo.echo-grpc.svc.cluster.local"],
  ["echo.echo-grpc.svc", "echo.echo-grpc.svc.cluster.local"],
  ["echo.other.svc", "echo.other.svc.cluster.local"],
  ["echo.echo-grpc.svc.cluster.local", "echo.echo-grpc.svc.cluster.local"],
  ["example.com", "example.com"],
  ["www.example.com", "www.example.com"],
  ["10.0.0.1", "10.0.0.1"],
  ["[::1]", "[::1]"],
])("in namespace echo-grpc %s is %s", (name, whole) => {
  expect(completeName(name, "echo-grpc")).toBe(whole);
});

test("without a namespace a bare name stays", () => {
  expect(completeName("echo", "")).toBe("echo");
});
