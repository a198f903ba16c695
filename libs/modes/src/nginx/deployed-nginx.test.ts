import { readFile } from "node:fs/promises";
import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { nginxSettings } from "./deployed-nginx.ts";

it("reads what the overlay deploys, and what it sets otherwise", async () => {
  const conf = await readFile(
    new URL("../../../../deploy/kustomize/components/nginx-proxy/nginx.conf", import.meta.url),
    "utf8",
  );
  const asDeployed = { dnsRefreshMs: 5_000, retries: 0, variant: undefined, workers: 1 };
  expect(nginxSettings(conf)).toEqual(asDeployed);
  expect(nginxSettings(conf.replace("valid=5s", "valid=30s"))).toEqual({ ...asDeployed, dnsRefreshMs: 30_000 });
  expect(nginxSettings(conf.replace("valid=5s", "valid=1m"))).toEqual({ ...asDeployed, dnsRefreshMs: 60_000 });
  expect(nginxSettings(conf.replace("valid=5s", "valid=9"))).toEqual({ ...asDeployed, dnsRefreshMs: 9_000 });
  expect(nginxSettings(conf.replace("worker_processes 1;", ""))).toEqual(asDeployed);
  expect(nginxSettings(conf.replace("worker_processes 1", "worker_processes 4"))).toEqual({
    ...asDeployed,
    workers: 4,
  });
  const once = conf.replace(" resolve;", ";");
  const asked = { ...asDeployed, dnsRefreshMs: undefined };
  expect(nginxSettings(once)).toEqual({ ...asked, variant: "static-zone" });
  expect(nginxSettings(once.replace(/zone backend .*;/, ""))).toEqual({ ...asked, variant: "static" });
});

it("tells where nobody knows how many workers there are", () => {
  expect(() => nginxSettings("worker_processes auto;\n")).toThrow(InputError);
  expect(() => nginxSettings("worker_processes auto;\n")).toThrow("set worker_processes in deploy/kustomize/");
});
