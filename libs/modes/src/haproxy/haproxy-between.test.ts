import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { deployedConfig } from "./deployed-config.ts";
import { haproxyBetween } from "./haproxy-between.ts";
import { HAPROXY } from "./program.ts";
import { NO_REDISPATCH } from "./variants.ts";

const PLACE = {
  listener: { host: "127.1.1.6", port: 50_051 },
  admin: { host: "127.1.1.6", port: 15_000 },
  folder: "/nowhere",
};
const resolver = { host: "127.1.1.2", port: 10_053 };

function between(settings: object) {
  const backend = { name: "backend-headless.lab.svc.cluster.local", port: 50_051 };
  return haproxyBetween({ backend, resolver, dnsRefreshMs: 1_000, proxyRetries: undefined, ...settings });
}

it("HAProxy between stays in the foreground, with its configuration in its folder, and is asked whether it is ready", () => {
  const program = between({});
  const { args, files = {} } = program.run(PLACE);
  expect(args).toEqual(["-db", "-f", "/nowhere/haproxy.cfg"]);
  expect(files["haproxy.cfg"]).toContain("bind 127.1.1.6:50051 proto h2\n");
  expect(program).toMatchObject({ name: "haproxy", image: "haproxy", readiness: { by: "admin", path: "/ready" } });
});

it.each([
  ["by default", {}],
  ["with the DNS servers of the machine", { resolver: undefined }],
  ["with retries", { proxyRetries: 2 }],
  ["as the variant has it, with two threads", { proxyVariant: NO_REDISPATCH, proxyWorkers: 2 }],
])("HAProxy takes the configuration %s without a warning", async (_, settings) => {
  expect(await checked(between(settings).run(PLACE).files?.["haproxy.cfg"] ?? "")).toBe("");
});

it("HAProxy takes what is deployed, in any namespace and domain, and on addresses of any family", async () => {
  const config = deployedConfig();
  expect(config).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
  expect(await checked(config, { POD_NAMESPACE: "lab" })).toBe("");
  expect(await checked(config, { POD_NAMESPACE: "lab", CLUSTER_DOMAIN: "example.org" })).toBe("");
});

/** What HAProxy has to say of a configuration. */
async function checked(config: string, variables = {}): Promise<string> {
  const { path } = await HAPROXY.find({ env: process.env });
  const folder = await mkdtemp(join(tmpdir(), "haproxy-"));
  try {
    await writeFile(join(folder, "haproxy.cfg"), config);
    const options = { env: { ...process.env, ...variables } };
    const { stderr } = await promisify(execFile)(path, ["-c", "-q", "-f", join(folder, "haproxy.cfg")], options);
    return stderr;
  } finally {
    await rm(folder, { recursive: true });
  }
}
