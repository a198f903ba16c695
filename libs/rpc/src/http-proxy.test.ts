import { createRequire } from "node:module";
import type { experimental } from "@grpc/grpc-js";
import { afterEach, expect, test, vi } from "vitest";
import { httpProxyOf } from "./http-proxy.ts";
import { parseTarget } from "./target.ts";

afterEach(() => void vi.unstubAllEnvs());

const PROXY = "http://proxy.corp:3128";
const VARIABLES = ["grpc_proxy", "https_proxy", "http_proxy", "no_grpc_proxy", "no_proxy"];

type MapProxyName = (target: experimental.GrpcUri, options: object) => { readonly target: experimental.GrpcUri };
// What grpc-js itself decides by. It is not exported: only this test reaches for it.
const { mapProxyName } = createRequire(import.meta.url)("@grpc/grpc-js/build/src/http_proxy.js") as {
  readonly mapProxyName: MapProxyName;
};

/** Whether grpc-js would connect to `target` through a proxy. */
function isProxied(target: string, env: Readonly<Record<string, string>>): boolean {
  for (const name of VARIABLES) vi.stubEnv(name, env[name]);
  const { scheme, name: path } = parseTarget(target);
  const uri = { scheme, path };
  return mapProxyName(uri, {}).target !== uri;
}

const CASES: readonly (readonly [
  target: string,
  env: Readonly<Record<string, string>>,
  variable: string | undefined,
])[] = [
  ["backend:50051", {}, undefined],
  ["backend:50051", { http_proxy: PROXY }, "http_proxy"],
  ["backend:50051", { HTTP_PROXY: PROXY }, undefined],
  ["backend:50051", { http_proxy: PROXY, https_proxy: PROXY }, "https_proxy"],
  ["backend:50051", { http_proxy: PROXY, https_proxy: PROXY, grpc_proxy: PROXY }, "grpc_proxy"],
  ["backend:50051", { http_proxy: PROXY, grpc_proxy: "" }, "http_proxy"],
  ["backend:50051", { http_proxy: PROXY, grpc_proxy: "https://proxy.corp" }, undefined],
  ["backend:50051", { http_proxy: "proxy.corp:3128" }, undefined],
  ["backend:50051", { http_proxy: "nonsense" }, undefined],
  ["dns:///backend-headless:50051", { http_proxy: PROXY }, "http_proxy"],
  ["dns:backend:50051", { http_proxy: PROXY }, "http_proxy"],
  ["ipv4:10.0.0.1:50051,10.0.0.2:50051", { http_proxy: PROXY }, "http_proxy"],
  ["ipv6:[::1]:50051", { http_proxy: PROXY }, "http_proxy"],
  ["xds:///backend.shop.svc.cluster.local:50051", { http_proxy: PROXY }, "http_proxy"],
  ["kubernetes:///backend:50051", { http_proxy: PROXY }, "http_proxy"],
  ["kubernetes:///backend.shop", { http_proxy: PROXY }, "http_proxy"],
  ["kubernetes:///backend:grpc", { http_proxy: PROXY }, undefined],
  ["unix:/run/backend.sock", { http_proxy: PROXY }, undefined],
  ["backend:50051", { http_proxy: PROXY, no_proxy: "localhost,backend" }, undefined],
  ["backend:50051", { http_proxy: PROXY, no_proxy: "localhost, backend" }, "http_proxy"],
  ["backend:50051", { http_proxy: PROXY, no_proxy: "*" }, "http_proxy"],
  ["backend:50051", { http_proxy: PROXY, no_proxy: "localhost," }, undefined],
  ["backend:50051", { http_proxy: PROXY, no_proxy: "backend:50051" }, "http_proxy"],
  ["backend.shop:50051", { http_proxy: PROXY, no_proxy: ".shop" }, undefined],
  ["backend.shop:50051", { http_proxy: PROXY, no_proxy: ".shop", no_grpc_proxy: "localhost" }, "http_proxy"],
  ["backend.shop:50051", { http_proxy: PROXY, no_proxy: "localhost", no_grpc_proxy: "shop" }, undefined],
  ["backend.shop:50051", { http_proxy: PROXY, no_proxy: "shop", no_grpc_proxy: "" }, undefined],
  ["10.1.2.3:50051", { http_proxy: PROXY, no_proxy: "10.0.0.0/8" }, undefined],
  ["10.1.2.3:50051", { http_proxy: PROXY, no_proxy: "10.0.0.0/16" }, "http_proxy"],
  ["200.1.2.3:50051", { http_proxy: PROXY, no_proxy: "200.1.2.9/28" }, undefined],
  ["10.1.2.3:50051", { http_proxy: PROXY, no_proxy: "0.0.0.0/0" }, "http_proxy"],
  ["10.1.2.3:50051", { http_proxy: PROXY, no_proxy: "10.0.0.0/33,10.0.0.0/8/8,10.0.0/8" }, "http_proxy"],
  ["[fd00::1]:50051", { http_proxy: PROXY, no_proxy: "fd00::/8" }, "http_proxy"],
];

test.each(CASES)("%s with %o goes through the proxy of %s, as grpc-js itself decides", (target, env, variable) => {
  expect(httpProxyOf(target, env)?.variable).toBe(variable);
  expect(isProxied(target, env)).toBe(variable !== undefined);
});

test.each(CASES.filter(([, , variable]) => variable !== undefined))(
  "%s with %o does not once the remedy is followed",
  (target, env) => {
    const remedy = httpProxyOf(target, env)?.remedy ?? "";
    const [, name = "", value = ""] = /^(\w+)="?([^"]*)"?$/.exec(remedy) ?? [];
    const followed = { ...env, [name]: value.replace(`$${name}`, env[name] ?? "") };
    expect(httpProxyOf(target, followed)).toBeUndefined();
    expect(isProxied(target, followed)).toBe(false);
  },
);

test("the proxy is named without credentials, and the remedy keeps the hosts that are exempt already", () => {
  const env = { https_proxy: "http://ada:secret@proxy.corp:3128/", no_proxy: "localhost" };
  expect(httpProxyOf("xds:///backend.shop:50051", env)).toEqual({
    variable: "https_proxy",
    origin: PROXY,
    host: "backend.shop",
    remedy: 'no_proxy="$no_proxy,backend.shop"',
  });
});
