import { expect, test } from "vitest";
import { authorityOf, parseTarget } from "./target.ts";

test.each([
  ["backend", { service: "backend" }],
  ["backend:50051", { service: "backend", port: 50_051 }],
  ["backend:grpc", { service: "backend", port: "grpc" }],
  ["backend.shop:grpc", { service: "backend", namespace: "shop", port: "grpc" }],
  ["backend.shop.svc:grpc", { service: "backend", namespace: "shop", port: "grpc" }],
  ["backend.shop.svc.cluster.local:1", { service: "backend", namespace: "shop", port: 1 }],
  ["backend.shop.svc.corp.example", { service: "backend", namespace: "shop" }],
])("kubernetes:///%s names what it says", (path, expected) => {
  const none = { apiServer: undefined, namespace: undefined, port: undefined };
  expect(parseTarget({ scheme: "kubernetes", authority: "", path })).toEqual({ ...none, ...expected });
});

test("the authority is the API server", () => {
  const target = parseTarget({ scheme: "kubernetes", authority: "10.0.0.1:6443", path: "backend" });
  expect(target.apiServer).toBe("10.0.0.1:6443");
});

test.each([
  ["", "the service is missing"],
  [":grpc", "the service is missing"],
  ["//backend:grpc", "the service must come after three slashes"],
  ["backend.", "the namespace is missing"],
  ["Backend", 'service "Backend" is not a name'],
  ["back_end", 'service "back_end" is not a name'],
  [`${"a".repeat(64)}`, "of at most 63"],
  ["backend.-shop", 'namespace "-shop" is not a name'],
  ["backend.shop.cluster.local", '"cluster.local" should begin with "svc"'],
  ["backend:0", "port 0 is not between 1 and 65535"],
  ["backend:65536", "port 65536 is not between 1 and 65535"],
  ["backend:", '"" is neither a port number nor a port name'],
  ["backend:GRPC", '"GRPC" is neither a port number nor a port name'],
  ["backend:1:2", "it has more than one port"],
  ["backend/grpc", 'service "backend/grpc" is not a name'],
])("kubernetes:///%s is refused with the reason and the right form", (path, reason) => {
  const parse = () => parseTarget({ scheme: "kubernetes", authority: "", path });
  expect(parse).toThrow(reason);
  expect(parse).toThrow("The form is kubernetes:///service[.namespace[.svc.cluster.local]][:port]");
});

test("the :authority keeps a port number and leaves out a port name", () => {
  expect(authorityOf({ scheme: "kubernetes", path: "backend.shop:50051" })).toBe("backend.shop:50051");
  expect(authorityOf({ scheme: "kubernetes", path: "backend.shop:grpc" })).toBe("backend.shop");
});
