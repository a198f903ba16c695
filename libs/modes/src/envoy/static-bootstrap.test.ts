import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ENVOY } from "@grpc-lb-lab/envoy";
import { expect, it } from "vitest";
import { staticBootstrap } from "./static-bootstrap.ts";

it.each([
  [undefined, { resolver: { host: "127.1.1.2", port: 10_053 } }],
  [2, {}],
])("Envoy accepts the configuration of mode envoy with %s retries, %j", async (proxyRetries, resolver) => {
  const { path } = await ENVOY.find({ env: process.env });
  const config = JSON.stringify(
    staticBootstrap({
      listener: { host: "127.1.1.6", port: 50_051 },
      admin: { host: "127.1.1.6", port: 15_000 },
      backend: { name: "backend-headless", port: 50_051 },
      ...resolver,
      dnsRefreshMs: 1_000,
      proxyRetries,
    }),
  );
  const { stdout } = await promisify(execFile)(path, ["--mode", "validate", "--config-yaml", config]);
  expect(stdout).toContain("OK");
});
