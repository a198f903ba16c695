import { InputError, type Mode, type Rules, type StageName, undisturbedPath } from "@grpc-lb-lab/stage-api";

/**
 * Sees that there is somebody on a mode's path, and on a stage, whom rules can be told.
 * @throws {InputError} when there is nobody: they would be without effect, and nothing would say so.
 */
export function assertSpoken(mode: Mode, stage: StageName, rules: Rules | undefined): void {
  if (rules === undefined) return;
  const { name, unspoken } = mode;
  const { dialect } = rules;
  const known = new Set(undisturbedPath(mode).flatMap(({ dialects }) => dialects));
  if (!known.has(dialect)) {
    throw new InputError(`mode ${name} knows no rules in the dialect ${dialect}; ask in ${[...known].join(" or ")}`);
  }
  const reason = unspoken?.[stage]?.[dialect];
  if (reason === undefined) return;
  throw new InputError(
    `mode ${name} takes no rules in the dialect ${dialect} on the ${stage} stage: ${reason}; use another stage`,
  );
}
