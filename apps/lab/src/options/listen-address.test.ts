import { hostAndPort } from "@grpc-lb-lab/http-server";
import { describe, expect, it } from "vitest";
import { listenAddress } from "./listen-address.ts";

describe("--listen", () => {
  it.each([
    ["127.0.0.1:8080", "127.0.0.1:8080"],
    ["8080", "127.0.0.1:8080"],
    ["0", "127.0.0.1:0"],
    ["0.0.0.0", "0.0.0.0:3000"],
    ["localhost", "localhost:3000"],
    ["localhost:80", "localhost:80"],
    ["::1", "[::1]:3000"],
    ["[::1]", "[::1]:3000"],
    ["[::]:8080", "[::]:8080"],
  ])("%s means %s", (value, meant) => {
    const { host, port } = listenAddress(value);
    expect(hostAndPort(host, port)).toBe(meant);
  });

  it.each([
    "",
    ":8080",
    "127.0.0.1:",
    "127.0.0.1:65536",
    "65536",
    "-1",
    "1.5:x",
    "[127.0.0.1]:80",
    "my-host.example:80",
    "http://a:1",
    "a/b",
  ])("%j is refused with what would do", (value) => {
    expect(() => listenAddress(value)).toThrow("such as 127.0.0.1:8080");
  });
});
