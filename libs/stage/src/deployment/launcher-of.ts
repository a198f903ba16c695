import { InputError, type Launchers, type Mode, type StageName } from "@grpc-lb-lab/stage-api";

/**
 * How a stage brings a mode up.
 * @throws {InputError} that names the stages which can, when this one cannot.
 */
export function launcherOf<Name extends StageName>(
  { name, launchers }: Mode,
  stage: Name,
): NonNullable<Launchers[Name]> {
  const launcher = launchers[stage];
  if (launcher !== undefined) return launcher;
  const others = Object.entries(launchers).flatMap(([other, has]) => (has === undefined ? [] : [`--stage ${other}`]));
  const remedy = others.length > 0 ? `use ${others.join(" or ")}` : "add one in its folder of libs/modes";
  throw new InputError(`mode ${name} cannot run on the ${stage} stage: it has no launcher there; ${remedy}`);
}
