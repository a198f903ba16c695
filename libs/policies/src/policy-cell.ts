import { isMeshEncrypted } from "@grpc-lb-lab/modes";
import { type Dialect, type Mode, type Path, type StageTraits, undisturbedPath } from "@grpc-lb-lab/stage-api";
import { askedHop } from "./asked-hop.ts";
import { missingMethod } from "./missing-method.ts";
import { notThroughFrontend } from "./not-through-frontend.ts";
import type { Policy } from "./policy.ts";
import type { TrialApp } from "./trial-app.ts";

/**
 * A policy under a mode on a stage: it is tried in a dialect, or it is `not expressible`, or the stage cannot show it.
 */
export type PolicyCell =
  | { readonly is: "tried"; readonly dialect: Dialect }
  | { readonly is: "not expressible"; readonly dialect: Dialect }
  | { readonly is: "skipped"; readonly dialect: Dialect | undefined; readonly reason: string };

/** A column of the truth table: a mode, and one of the dialects in which it can be asked. */
export interface Column {
  readonly mode: Mode;
  readonly dialect: Dialect;
}

/** In which dialects a mode can be asked: those of the hop that decides which pod answers, or of the last before it that knows any. */
export function dialectsOf(mode: Mode): readonly Dialect[] {
  return askedHop(undisturbedPath(mode))?.dialects ?? [];
}

/**
 * What becomes of a policy in a column on a stage, before anything runs.
 * @param app - what calls come to; default: pods that run the greeter.
 */
export function policyCell(
  policy: Policy,
  { mode, dialect }: Column,
  stage: StageTraits,
  app: TrialApp = "greeter",
): PolicyCell {
  const skipped = (reason: string): PolicyCell => ({ is: "skipped", dialect, reason });
  if (policy.dialects(policy.parameters)[dialect] === undefined) return { is: "not expressible", dialect };
  if (mode.launchers[stage.name] === undefined) return skipped(`${mode.name} does not run on the ${stage.name} stage`);
  const unspoken = mode.unspoken?.[stage.name]?.[dialect];
  if (unspoken !== undefined) return skipped(unspoken);
  const path = undisturbedPath(mode);
  if (policy.trial(policy.parameters).meshEncryption !== undefined && !isMeshEncrypted(path)) {
    return skipped(`${policy.name} is about calls that a mesh encrypts, and ${mode.name} has none`);
  }
  const reason = notShown(policy, path, dialect, stage) ?? notCalled(policy, app, stage);
  return reason === undefined ? { is: "tried", dialect } : skipped(reason);
}

/** Why a stage cannot show what becomes of a policy, or a path does not; undefined: they can. */
function notShown(policy: Policy, path: Path, dialect: Dialect, stage: StageTraits): string | undefined {
  const { name, trial, parameters } = policy;
  const { fault, meshEncryption, meshAuthorization, podConnections } = trial(parameters);
  const { faults, switchesMutualTls } = stage.abilities;
  if (fault !== undefined && !faults.includes(fault)) {
    return `${name} sets the fault ${fault}, which the ${stage.name} stage cannot`;
  }
  if (meshEncryption !== undefined && !switchesMutualTls) {
    return `${name} is about mutual TLS, which the ${stage.name} stage does not have`;
  }
  if (meshAuthorization !== undefined && dialect === "Istio" && !switchesMutualTls) {
    return `${name} is asked of a mesh's pods, which the ${stage.name} stage does not have`;
  }
  if (podConnections !== undefined && path.some(({ at }) => at === "pod")) {
    return `${name} is about connections that end at the pods' own proxies, where nobody sees them`;
  }
  return undefined;
}

/** Why an application cannot take the calls of a policy's trial; undefined: it can. */
function notCalled({ name, trial, parameters }: Policy, app: TrialApp, stage: StageTraits): string | undefined {
  if (app === "frontend") {
    if (!stage.abilities.startsFrontend) return `the ${stage.name} stage starts no frontend for calls to go through`;
    return notThroughFrontend(name, trial(parameters));
  }
  const missing = missingMethod(trial(parameters), app);
  return missing === undefined ? undefined : `${name} calls ${missing}, which the application ${app} does not have`;
}
