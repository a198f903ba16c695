import { MODE_NAMES, type ModeName } from "@grpc-lb-lab/stage";
import { expect, it } from "vitest";
import { type KnobOverrides, resolveKnobs } from "./knobs.ts";
import { clientAttempts, isRetried, proxyRetries } from "./retries.ts";

const under = (mode: ModeName, overrides: KnobOverrides = {}) => ({ mode, knobs: resolveKnobs({}, overrides) });
const modesThat = (holds: (mode: ModeName) => boolean) => MODE_NAMES.filter(holds);

it("has Istio's two retries where Istio is, and those of a proxy where there is one", () => {
  expect(modesThat((mode) => proxyRetries(under(mode)) === 2)).toEqual(["sidecar", "proxyless"]);
  expect(modesThat((mode) => proxyRetries(under(mode, { proxyRetries: 1 })) === 1)).toEqual([
    "envoy",
    "sidecar",
    "proxyless",
  ]);
  expect(proxyRetries(under("sidecar", { proxyRetries: 0 }))).toBe(0);
});

it("counts the client's attempts, but under xDS, which replaces its service config", () => {
  expect(clientAttempts(under("watch"))).toBe(1);
  expect(clientAttempts(under("watch", { retry: "4" }))).toBe(4);
  expect(clientAttempts(under("sidecar", { retry: "hedge:3" }))).toBe(3);
  expect(clientAttempts(under("proxyless", { retry: "4" }))).toBe(1);
});

it("is retried when either tries again", () => {
  expect(modesThat((mode) => isRetried(under(mode)))).toEqual(["sidecar", "proxyless"]);
  expect(modesThat((mode) => isRetried(under(mode, { retry: "2", proxyRetries: 0 })))).toEqual(
    MODE_NAMES.filter((mode) => mode !== "proxyless"),
  );
});
