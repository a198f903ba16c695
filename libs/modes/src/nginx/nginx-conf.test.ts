import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { deployedConfig } from "./deployed-config.ts";
import { nginxArguments } from "./nginx-between.ts";
import { nginxConf, type Upstream } from "./nginx-conf.ts";
import { program } from "./program.ts";

/** What nginx says of a configuration: nothing, where it takes it. */
async function complaints(conf: (folder: string) => string): Promise<string> {
  const { path } = await program.find({ env: process.env });
  const folder = await mkdtemp(join(tmpdir(), "nginx-conf-"));
  try {
    const file = join(folder, "nginx.conf");
    await writeFile(file, conf(folder));
    await promisify(execFile)(path, [...nginxArguments(folder, file), "-t", "-q"]);
    return "";
  } catch (error) {
    return (error as { stderr: string }).stderr;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const POD = { host: "127.0.0.1", port: 50_051 };

it.each<[string, Upstream]>([
  [
    "asks again",
    {
      zone: true,
      resolve: "again and again",
      backend: { host: "backend-headless.lab.svc.cluster.local", port: 50_051 },
      resolver: { host: "::1", port: 10_053 },
      dnsRefreshMs: 500,
    },
  ],
  ["asked once", { zone: false, resolve: "once", backends: [POD, { host: "::1", port: 50_051 }] }],
  ["asked once, with a zone", { zone: true, resolve: "once", backends: [POD] }],
])("nginx accepts the configuration of one that %s", async (_, upstream) => {
  const place = { listener: { host: "127.0.0.1", port: 50_051 }, admin: { host: "127.0.0.1", port: 8_080 } };
  expect(await complaints((folder) => nginxConf({ ...place, folder, workers: 2, upstream }))).toBe("");
});

it("nginx accepts what is deployed, where the cluster's DNS is", async () => {
  const here = (folder: string) =>
    deployedConfig().replaceAll("/run/nginx", folder).replace("kube-dns.kube-system.svc.cluster.local", "127.0.0.1");
  expect(await complaints(here)).toBe("");
});

it("what is deployed has no address of one family", () => {
  expect(deployedConfig()).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
  expect(deployedConfig().match(/listen .*;/g)).toEqual([
    "listen [::]:50051 ipv6only=off so_keepalive=on;",
    "listen [::]:8080 ipv6only=off;",
  ]);
});
