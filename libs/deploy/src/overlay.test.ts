import { MODES } from "@grpc-lb-lab/modes";
import { expect, it } from "vitest";
import { chartArguments, chartModes } from "./chart.ts";
import { overlayNames, renderOverlay } from "./overlay.ts";

const names = MODES.map(({ name }) => name);

it("there is an overlay, and there are values of the chart, for each mode", () => {
  expect(overlayNames()).toEqual(expect.arrayContaining(names));
  expect(chartModes()).toEqual(names.toSorted());
});

it("an overlay that there is not is refused, with the names of those that there are", async () => {
  const rendered = renderOverlay("mesh", { registry: undefined, tag: undefined });
  await expect(rendered).rejects.toThrow(/^there is no overlay mesh; there are envoy, .*headless, .*plain, /);
});

it("a component that there is not is refused likewise, and one that there is applies after the overlay's own", async () => {
  const asBuilt = { registry: undefined, tag: undefined };
  await expect(renderOverlay("plain", asBuilt, ["openshft"])).rejects.toThrow(
    /^there is no component openshft; there are canary-20-80, .*openshift/,
  );
  expect(await renderOverlay("plain", asBuilt)).toContain("runAsUser:");
  expect(await renderOverlay("plain", asBuilt, ["openshift"])).not.toContain("runAsUser:");
});

it("the chart is told of registry and tag only where they are given", () => {
  const registry = "europe-docker.pkg.dev/my-project/grpc-lb-lab";
  expect(chartArguments("plain", { registry: undefined, tag: undefined })).not.toContain("--set-string");
  expect(chartArguments("plain", { registry, tag: "v1" }).slice(-4)).toEqual([
    ...["--set-string", `image.registry=${registry}`],
    ...["--set-string", "image.tag=v1"],
  ]);
  expect(chartArguments("plain", { registry: undefined, tag: undefined }, "openshift=true").slice(-2)).toEqual([
    "--set",
    "openshift=true",
  ]);
});
