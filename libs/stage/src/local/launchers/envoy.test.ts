import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findEnvoy } from "@grpc-lb-lab/envoy";
import { expect, it } from "vitest";
import { LocalAddresses } from "../local-addresses.ts";
import { USUAL_PORTS } from "../local-ports.ts";
import { localTimings } from "../local-timings.ts";
import { staticBootstrap } from "./envoy.ts";

const range = {
  address: (host: number) => `127.1.1.${host}`,
  [Symbol.asyncDispose]: async () => {},
};

it.each([undefined, 2])(
  "Envoy accepts the configuration of mode envoy with %s retries",
  {
    timeout: 120_000,
  },
  async (proxyRetries) => {
    const { path } = await findEnvoy();
    const context = { addresses: new LocalAddresses(range, USUAL_PORTS), timings: localTimings(), proxyRetries };
    const config = JSON.stringify(staticBootstrap(context, "backend-headless.lab.svc.cluster.local"));
    const { stdout } = await promisify(execFile)(path, ["--mode", "validate", "--config-yaml", config]);
    expect(stdout).toContain("OK");
  },
);
