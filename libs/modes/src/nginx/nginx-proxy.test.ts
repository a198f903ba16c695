import { type PathSettings, undisturbedPath } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { nginxProxy } from "./nginx-proxy.ts";
import { VARIANTS } from "./variants.ts";

/** The hop with some settings that differ from none. */
function hopOf(settings: Partial<PathSettings>) {
  const [hop] = undisturbedPath({ path: (asItIs) => [nginxProxy({ ...asItIs, ...settings })] });
  return hop;
}
const hop = (proxyVariant?: string) => hopOf({ proxyVariant, proxyWorkers: 2 });

it("one that asks DNS again shares its rotation among workers, for resolve needs a zone", () => {
  expect(hop()).toMatchObject({
    pick: { kind: "rotation", scope: "proxy", workers: 2 },
    learn: { by: "polled DNS" },
    adjustable: { variants: VARIANTS },
  });
});

it("one that has asked once learns nothing; its workers go round by themselves unless they have a zone", () => {
  expect(hop("static")).toMatchObject({ pick: { scope: "worker", workers: 2 }, learn: { by: "nothing" } });
  expect(hop("static-zone")).toMatchObject({ pick: { scope: "proxy" }, learn: { by: "nothing" } });
});

it("asks a second later than it is told, in whole seconds", () => {
  const learn = (dnsRefreshMs: number) => hopOf({ timings: { dnsRefreshMs, dnsTtlMs: 30_000 } })?.learn;
  expect(learn(5_000)).toMatchObject({ staleMs: 36_000, newPod: { ms: 37_000 } });
  expect(learn(500)).toMatchObject({ staleMs: 32_000 });
});
