import { globSync } from "node:fs";
import { inRepository, pageOf } from "./in-repository.ts";

/** A place that every mode has. */
interface Place {
  /** `<mode>` stands for its name; what follows a `#` is a section of a page. */
  readonly path: string;
  /** What to do where it is missing. */
  readonly add: string;
  /** What to do where it is of no mode. */
  readonly claim?: string;
}

/** Everything that a mode needs, in the order in which one writes it. The line in libs/modes/src/modes.ts makes it a mode. */
export const PLACES: readonly Place[] = [
  {
    path: "libs/modes/src/<mode>/index.ts",
    add: "write the mode as a value: texts, path, claims, launchers",
  },
  { path: "libs/modes/src/<mode>/how-to.md", add: "write what to paste: settings of clients, parts of the manifest" },
  {
    path: "deploy/kustomize/overlays/<mode>/kustomization.yaml",
    add: "select the base and its components, in the namespace lab-<mode>",
  },
  { path: "deploy/kustomize/overlays/<mode>/README.md", add: "write what it shows, and how to see it" },
  {
    path: "deploy/helm/grpc-lb-lab/templates/modes/<mode>.yaml",
    add: "define lab.mode.<mode>, and the objects that only this mode has",
  },
  { path: "deploy/helm/grpc-lb-lab/values-<mode>.yaml", add: "write mode: <mode>, and the values that differ" },
  { path: "docs/overlays.md#<mode>", add: "run make overlays-doc", claim: "run make overlays-doc" },
];

const MAKE_IT_ONE = "add the line of <mode> to libs/modes/src/modes.ts, or delete it";

/** Overlays that are not modes. */
const NO_MODE = /^walkthrough-/;

/** One line for each place that a mode lacks, and for each that is of no mode: where it is, and what to do. */
export function misplaced(modes: readonly string[], places: readonly string[]): string[] {
  return PLACES.flatMap(({ path, add, claim = MAKE_IT_ONE }) => {
    const missing = modes
      .filter((mode) => !places.includes(of(path, mode)))
      .map((mode) => `${of(path, mode)} is missing for the mode ${mode}: ${of(add, mode)}`);
    const unowned = places.flatMap((place) => {
      const name = nameIn(path, place);
      if (name === undefined || modes.includes(name) || NO_MODE.test(name)) return [];
      return [`${place} belongs to no mode: ${of(claim, name)}`];
    });
    return [...missing, ...unowned];
  });
}

/** The files of this repository that may be places, and the sections of the pages. */
export function existingPlaces(): string[] {
  return PLACES.flatMap(({ path }) => {
    const [file = "", section] = path.split("#");
    if (section === undefined) return globSync(file.replaceAll("<mode>", "*"), { cwd: inRepository("") });
    return [...pageOf(file).matchAll(/^## (.+)$/gm)].map(([, heading]) => `${file}#${heading}`);
  });
}

function of(text: string, mode: string): string {
  return text.replaceAll("<mode>", mode);
}

/** The name that stands in a path where a mode's would be; undefined: it is another path. */
function nameIn(path: string, place: string): string | undefined {
  const [before = "", after = ""] = path.split("<mode>");
  if (!place.startsWith(before) || !place.endsWith(after) || place.length <= before.length + after.length) return;
  const name = place.slice(before.length, place.length - after.length);
  return name.includes("/") ? undefined : name;
}
