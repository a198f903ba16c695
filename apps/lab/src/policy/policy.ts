import type { Policy, TrialApp } from "@grpc-lb-lab/policies";
import type { Dialect, Mode } from "@grpc-lb-lab/stage-api";
import type { CatalogueContext } from "../command-context.ts";
import { parametersOf, type SetParameter } from "../options/parameter-option.ts";
import type { RecordedFlags } from "../options/recorded-option.ts";
import type { StageFlags } from "../options/stage-options.ts";
import { print, printJson } from "../print.ts";
import { terminalStyle } from "../terminal-style.ts";
import { policiesText, policyDetails, policyText } from "./policy-text.ts";
import { tryPolicy } from "./try-policy.ts";

/** Flags of `lab policy`. */
export interface PolicyFlags extends StageFlags, RecordedFlags {
  readonly mode?: readonly Mode[];
  readonly dialect?: readonly Dialect[];
  readonly set?: readonly SetParameter[];
  readonly app?: TrialApp;
  readonly json?: boolean;
}

/** Lists the policies, shows one, or tries it. Resolves with the exit code; rejects on bad input. */
export async function policy(
  asked: Policy | undefined,
  flags: PolicyFlags,
  context: CatalogueContext,
): Promise<number> {
  const { json = false, mode: modes, dialect: dialects, set = [] } = flags;
  const style = terminalStyle(process.stdout, context.env);
  if (asked === undefined) {
    const { policies } = context.catalogue;
    if (json) printJson(policies.map((one) => policyDetails(one)));
    else print(policiesText(policies, style));
    return 0;
  }
  const wanted = { ...asked, parameters: parametersOf(asked, set) };
  if (modes !== undefined) return tryPolicy(wanted, { ...flags, modes, dialects }, context);
  if (json) printJson(policyDetails(wanted, dialects));
  else print(policyText(wanted, style, dialects));
  return 0;
}
