import { globSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect } from "vitest";
import { renderChart } from "./chart/render-chart.ts";
import type { Manifest } from "./manifest.ts";
import { readManifests } from "./read-manifests.ts";
import { render } from "./render.ts";
import { HELMS, helmTest } from "./testing/helm-test.ts";
import { inRepository } from "./testing/in-repository.ts";
import { MODES } from "./testing/modes.ts";
import { renderTest } from "./testing/render-test.ts";

const OVERLAYS = globSync(inRepository("deploy/kustomize/overlays/*/"));

/** What would fix the manifests, or a configuration in them, to one family of addresses: an IPv4 address, and what Services have of their own. */
const ONE_FAMILY = /\b\d{1,3}(\.\d{1,3}){3}\b|"ipFamil\w+"|V4_ONLY|V6_ONLY/g;

function fixedFamilies(manifests: readonly Manifest[]): string[] {
  const text = JSON.stringify(manifests);
  expect(text).toContain('"kind":"Deployment"');
  return text.match(ONE_FAMILY) ?? [];
}

describe("on clusters of IPv4, of IPv6 and of both", () => {
  renderTest.each(OVERLAYS.map((path) => [basename(path), path]))(
    "the overlay %s runs as it is",
    async (name, path) => {
      expect(fixedFamilies(readManifests(await render(path), name))).toEqual([]);
    },
  );

  helmTest.each(HELMS.flatMap((program) => MODES.map((mode) => [program, mode] as const)))(
    "by %s, mode %s of the chart runs as it is",
    async (program, mode) => {
      expect(fixedFamilies(await renderChart(inRepository("deploy/helm/grpc-lb-lab"), mode, { program }))).toEqual([]);
    },
  );
});
