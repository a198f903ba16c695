import type { Mode } from "@grpc-lb-lab/stage-api";
import { Argument } from "commander";
import { listOf, oneOf } from "./choices.ts";
import { named, namesOf } from "./named.ts";

/** The argument that names a mode: `<mode>`, or `[mode]` where it may be left out. */
export function modeArgument(name: "<mode>" | "[mode]", modes: readonly Mode[]): Argument {
  const parse = oneOf("mode", namesOf(modes));
  return new Argument(name, `one of ${namesOf(modes).join(", ")}`).argParser((value) => named(parse(value), modes));
}

/** A parser for a comma-separated list of modes, without repeats, in the order in which modes are shown. */
export function modeList(modes: readonly Mode[]): (value: string) => Mode[] {
  const parse = listOf("mode", namesOf(modes));
  return (value) => parse(value).map((name) => named(name, modes));
}
