import {
  NotStartedError,
  type ProxyBetween,
  type Refusal,
  type Rules,
  RulesRefusedError,
} from "@grpc-lb-lab/stage-api";

/**
 * Starts a proxy with rules in its configuration.
 * @param refusal - makes of its last words who refuses them, and why.
 * @throws {RulesRefusedError} when it ends instead of coming up; {InputError} when it does not come up for another reason, or without rules.
 */
export async function startWithRules(
  proxy: Pick<ProxyBetween, "start">,
  rules: Rules | undefined,
  refusal: (lastWords: string) => Refusal,
): Promise<void> {
  try {
    await proxy.start();
  } catch (error) {
    if (rules === undefined || !(error instanceof NotStartedError) || !error.hasEnded) throw error;
    const { by, reason } = refusal(error.lastWords);
    throw new RulesRefusedError(by, reason, { cause: error });
  }
}
