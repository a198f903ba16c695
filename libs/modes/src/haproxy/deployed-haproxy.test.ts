import { readFile } from "node:fs/promises";
import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { haproxySettings, serverAddresses } from "./deployed-haproxy.ts";

it("reads what the overlay deploys, and what it sets otherwise", async () => {
  const config = await readFile(
    new URL("../../../../deploy/kustomize/components/haproxy-proxy/haproxy.cfg", import.meta.url),
    "utf8",
  );
  expect(haproxySettings(config)).toEqual({ dnsRefreshMs: 5_000, retries: 0, variant: undefined, workers: 1 });
  const other = config
    .replace("timeout resolve 5000ms", "timeout resolve 2s")
    .replace("retries 3\n  retry-on conn-failure\n", "retries 2\n  retry-on conn-failure empty-response\n")
    .replace("  option redispatch 1\n", "")
    .replace("nbthread 1", "nbthread 2");
  expect(haproxySettings(other)).toEqual({ dnsRefreshMs: 2_000, retries: 2, variant: "no-redispatch", workers: 2 });
  const [asDeployed, last] = [haproxySettings(config), config.replace("option redispatch 1", "option redispatch")];
  expect(haproxySettings(last)).toEqual(asDeployed);
  expect(haproxySettings(config.replace("nbthread 1", "nbthread\t4 # of 8"))).toEqual({ ...asDeployed, workers: 4 });
});

it.each([
  ["250", 250],
  ["250ms", 250],
  ["500000us", 500],
  ["2s", 2_000],
  ["1m", 60_000],
  ["1h", 3_600_000],
  ["1d", 86_400_000],
])("reads the time %s as %i ms", (time, dnsRefreshMs) => {
  expect(haproxySettings(`nbthread 1\ntimeout resolve ${time}\n`)).toMatchObject({ dnsRefreshMs });
});

it("tells where nobody knows how many threads there are", () => {
  expect(() => haproxySettings("global\n  # nbthread 2\n")).toThrow(InputError);
  expect(() => haproxySettings("global\n")).toThrow("set nbthread to a number in deploy/kustomize/");
});

it("finds the pods' addresses in HAProxy's own figures", () => {
  const csv = [
    "# pxname,svname,status,addr,",
    "grpc,FRONTEND,OPEN,,",
    "backend,pod1,UP,10.244.1.9:50051,",
    "backend,pod2,DOWN,[fd00:10:244::7]:50051,",
    "backend,pod3,MAINT (resolution),,",
    "backend,BACKEND,UP,,",
    "",
  ].join("\n");
  expect(serverAddresses(csv)).toEqual(["10.244.1.9", "fd00:10:244::7"]);
});
