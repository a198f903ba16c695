import { modeNamed } from "@grpc-lb-lab/modes";
import type { Rules } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { assertSpoken } from "./assert-spoken.ts";

const MODE = { ...modeNamed("nginx"), unspoken: { local: { nginx: "there is no nginx here" } } };
const CONFIG: Rules = { dialect: "gRPC service config" };

it("takes rules of every hop, and none", () => {
  for (const rules of [undefined, CONFIG, { dialect: "nginx" } as const]) {
    expect(() => assertSpoken(MODE, "containers", rules)).not.toThrow();
  }
});

it("refuses rules that nobody on the path knows, and those for whom the stage has nobody", () => {
  expect(() => assertSpoken(MODE, "containers", { dialect: "Istio", objects: [] })).toThrow(
    "mode nginx knows no rules in the dialect Istio; ask in gRPC service config or nginx",
  );
  expect(() => assertSpoken(MODE, "local", { dialect: "nginx" })).toThrow(
    "mode nginx takes no rules in the dialect nginx on the local stage: there is no nginx here; use another stage",
  );
});
