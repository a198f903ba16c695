import { expect, it } from "vitest";
import { envoyBetween } from "./envoy-between.ts";

it("Envoy between has as many workers as asked, and its configuration on the command line, with the admin interface that is asked whether it is ready", () => {
  const backend = { name: "backend-headless", port: 50_051 };
  const program = envoyBetween({ backend, dnsRefreshMs: 1_000, proxyRetries: undefined }, 2);
  const place = {
    listener: { host: "127.1.1.6", port: 50_051 },
    admin: { host: "127.1.1.6", port: 15_000 },
    folder: "/nowhere",
  };
  const { args, files } = program.run(place);
  const [flag, config = "", ...settings] = args;
  expect(flag).toBe("--config-yaml");
  expect(JSON.parse(config).admin).toEqual({ address: { socketAddress: { address: "127.1.1.6", portValue: 15_000 } } });
  expect(settings.join(" ")).toContain("--concurrency 2");
  expect(files).toBeUndefined();
  expect(program).toMatchObject({ name: "envoy", image: "envoy", readiness: { by: "admin", path: "/ready" } });
});
