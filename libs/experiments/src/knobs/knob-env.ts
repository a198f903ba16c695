import type { Path } from "@grpc-lb-lab/stage-api";
import { isReadOn, KNOBS, type KnobDeclaration } from "./knob-table.ts";
import type { Knobs } from "./knobs.ts";

/** The applications' environment for `knobs`, without what nothing reads on `path`; names are those of docs/environment.md. */
export function knobEnv(path: Path, knobs: Knobs): Record<string, string> {
  const declared = Object.entries<KnobDeclaration>(KNOBS).filter(([, declaration]) => isReadOn(path, declaration));
  const variables = declared.flatMap(([name, { env }]) => Object.entries(env?.(knobs[name as keyof Knobs]) ?? {}));
  return Object.fromEntries(variables.filter((variable): variable is [string, string] => variable[1] !== undefined));
}
