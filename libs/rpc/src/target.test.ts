import { expect, test } from "vitest";
import { parseTarget } from "./target.ts";

test.each([
  ["backend:50051", { scheme: "dns", authority: "", name: "backend:50051" }],
  ["127.1.2.3:50051", { scheme: "dns", authority: "", name: "127.1.2.3:50051" }],
  ["[::1]:50051", { scheme: "dns", authority: "", name: "[::1]:50051" }],
  ["xds:50051", { scheme: "dns", authority: "", name: "xds:50051" }],
  ["dns:backend:50051", { scheme: "dns", authority: "", name: "backend:50051" }],
  ["dns:///backend:50051", { scheme: "dns", authority: "", name: "backend:50051" }],
  ["dns://127.0.0.53:5353/backend:50051", { scheme: "dns", authority: "127.0.0.53:5353", name: "backend:50051" }],
  ["ipv4:127.0.0.1:1,127.0.0.1:2", { scheme: "ipv4", authority: "", name: "127.0.0.1:1,127.0.0.1:2" }],
  ["unix:/run/backend.sock", { scheme: "unix", authority: "", name: "/run/backend.sock" }],
  ["unix:///run/backend.sock", { scheme: "unix", authority: "", name: "run/backend.sock" }],
  ["kubernetes:///backend:grpc", { scheme: "kubernetes", authority: "", name: "backend:grpc" }],
  [
    "xds:///backend.ns.svc.cluster.local:50051",
    { scheme: "xds", authority: "", name: "backend.ns.svc.cluster.local:50051" },
  ],
])("%s", (target, parsed) => {
  expect(parseTarget(target)).toEqual(parsed);
});

test.each([
  ["backend", "must end in a host and a port (host:port)"],
  ["dns:///backend", "must end in a host and a port (host:port)"],
  ["backend:0", "must end in a host and a port (host:port)"],
  ["backend:65536", "must end in a host and a port (host:port)"],
  ["xds:///backend", "must end in a host and a port (host:port)"],
  ["kube:///backend:grpc", 'has the unknown scheme "kube": use dns, ipv4, ipv6, unix, xds, kubernetes or host:port'],
])("%s is refused", (target, reason) => {
  expect(() => parseTarget(target)).toThrow(reason);
});
