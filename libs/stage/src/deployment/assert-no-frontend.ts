import { InputError, type StageName, type StartOptions } from "@grpc-lb-lab/stage-api";

/**
 * Sees that nobody asks for loads through a frontend where a stage starts none.
 * @throws {InputError} when somebody does: the load would call the pods itself, and nothing would say so.
 */
export function assertNoFrontend(stage: StageName, { through }: Pick<StartOptions, "through">): void {
  if (through === undefined) return;
  throw new InputError(`the ${stage} stage starts no ${through} for loads to go through; use --stage local`);
}
