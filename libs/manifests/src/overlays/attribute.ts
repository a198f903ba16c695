import type { Manifest } from "../manifest.ts";
import { compare, type Difference } from "./compare.ts";
import { neutral } from "./neutral.ts";
import { broughtBy, renderSelection, selectedBy } from "./selection.ts";
import { stepsBetween } from "./steps.ts";

/** What one component makes different. */
export interface Attributed {
  readonly component: string;
  /** Whether the difference is that it is missing. */
  readonly isTaken: boolean;
  readonly differences: readonly Difference[];
}

/** The manifests of a mode under a selection of components, without the mode's own name. */
export interface Selection {
  readonly mode: string;
  readonly selected: readonly string[];
  readonly manifests: readonly Manifest[];
}

/**
 * Renders a mode under a selection of components.
 * @throws {InputError} as {@link render}.
 */
export async function renderNeutral(mode: string, selected: readonly string[]): Promise<Selection> {
  return { mode, selected, manifests: neutral(await renderSelection(mode, selected), mode) };
}

/**
 * What differs between a selection and a mode's overlay, component by component, each compared with what the ones before it have made.
 * @throws {InputError} as {@link render}.
 */
export async function attribute(from: Selection, to: string): Promise<Attributed[]> {
  let before = from.manifests;
  const attributed: Attributed[] = [];
  for (const { component, isTaken, selected } of stepsBetween(from.selected, selectedBy(to), broughtBy)) {
    const { manifests } = await renderNeutral(isTaken ? from.mode : to, selected);
    attributed.push({ component, isTaken, differences: compare(before, manifests) });
    before = manifests;
  }
  return attributed;
}
