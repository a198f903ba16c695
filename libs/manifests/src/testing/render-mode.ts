import type { Manifest } from "../manifest.ts";
import { renderSelection, selectedBy } from "../overlays/selection.ts";

/** The manifests of a mode's overlay; with more components, as if it selected them too. */
export function renderMode(mode: string, components: readonly string[] = []): Promise<Manifest[]> {
  return renderSelection(mode, [...selectedBy(mode), ...components]);
}
