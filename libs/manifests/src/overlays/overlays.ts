import { MODES } from "@grpc-lb-lab/modes";
import { attribute, renderNeutral, type Selection } from "./attribute.ts";
import type { Overlay, Overlays } from "./page.ts";
import { reasonOf } from "./reason.ts";
import { selectedBy } from "./selection.ts";

/**
 * The overlays of all modes, each compared with that of the first.
 * @throws {InputError} when one does not render.
 */
export async function readOverlays(): Promise<Overlays> {
  const [firstMode, ...otherModes] = MODES;
  if (firstMode === undefined) throw new Error("there are no modes");
  const { name } = firstMode;
  const [base, plain] = await Promise.all([renderNeutral(name, []), renderNeutral(name, selectedBy(name))]);
  const [first, ...others] = await Promise.all([
    overlayOf(firstMode, base),
    ...otherModes.map((mode) => overlayOf(mode, plain)),
  ]);
  return { first: { ...first, manifests: plain.manifests }, others, reasons: reasonsOf([first, ...others]) };
}

async function overlayOf(mode: Overlay["mode"], from: Selection): Promise<Overlay> {
  return { mode, selected: selectedBy(mode.name), attributed: await attribute(from, mode.name) };
}

function reasonsOf(overlays: readonly Overlay[]): Map<string, string> {
  const components = overlays.flatMap(({ attributed }) => attributed.map(({ component }) => component));
  return new Map(components.map((component) => [component, reasonOf(component)]));
}
