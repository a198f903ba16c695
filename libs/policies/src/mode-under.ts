import { InputError, type Mode, type Path, type StageName } from "@grpc-lb-lab/stage-api";
import type { Judged } from "./outcome.ts";
import type { Policy } from "./policy.ts";
import { type Column, dialectsOf } from "./policy-cell.ts";

/**
 * A mode while a policy is asked of it: its path is what the policy makes of it where it is obeyed, and as it was, but for what its rules ask besides, where
 * it is not. Whatever derives bounds
 * from the path expects what must come out then.
 */
export function modeUnder(mode: Mode, policy: Policy, outcome: Judged["outcome"]): Mode {
  if (outcome === "refused") return mode;
  const { parameters, besideOnPath = (path) => path } = policy;
  const onPath = outcome === "obeyed" ? policy.onPath : (path: Path) => path;
  return { ...mode, path: (settings) => onPath(besideOnPath(mode.path(settings), parameters), parameters) };
}

/**
 * The column in which a policy is asked of a mode: the first of its dialects that can say it on a stage, unless one is named.
 * @throws {InputError} where none can.
 */
export function columnFor(policy: Policy, mode: Mode, stage: StageName, dialect?: Column["dialect"]): Column {
  const said = policy.dialects(policy.parameters);
  const spoken = dialectsOf(mode).filter((name) => mode.unspoken?.[stage]?.[name] === undefined);
  const found = spoken.find((name) => said[name] !== undefined && (dialect === undefined || dialect === name));
  if (found !== undefined) return { mode, dialect: found };
  const knows = spoken.length === 0 ? "nothing" : spoken.join(", ");
  throw new InputError(
    `${policy.name} cannot be asked of ${mode.name}${dialect === undefined ? "" : ` in ${dialect}`}: on the ${stage} stage it knows ${knows}, and ${policy.name} can be said in ${Object.keys(said).join(", ")}`,
  );
}
