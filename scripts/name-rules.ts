import { EXPERIMENTS } from "@grpc-lb-lab/experiments";
import { MODE_NAMES } from "@grpc-lb-lab/modes";
import { STAGES } from "@grpc-lb-lab/stage/abilities";
import type { NameRule } from "./forbidden-names.ts";

const namesOf = (named: readonly { readonly name: string }[]) => named.map(({ name }) => name);

/** What knows no mode, stage or experiment by name, so that another one is another folder and nothing else. */
export const NAME_RULES: readonly NameRule[] = [
  {
    what: "modes' names",
    names: MODE_NAMES,
    folders: ["libs/experiments", "libs/report", "libs/measure", "libs/stage"],
    instead: "ask the hops of its path, or what else a mode says of itself (libs/stage-api/src/mode.ts)",
  },
  {
    what: "stages' names",
    names: namesOf(STAGES),
    folders: ["libs/experiments", "libs/report", "libs/measure"],
    instead: "ask the stage's abilities (libs/stage-api/src/stage.ts), or show what the result says",
  },
  {
    what: "experiments' names",
    names: namesOf(EXPERIMENTS),
    folders: ["libs/report", "libs/measure"],
    instead: "draw the figures that the result has",
  },
];
