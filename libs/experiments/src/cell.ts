import { isMeshEncrypted } from "@grpc-lb-lab/modes";
import {
  type App,
  type Fault,
  InputError,
  METHODS_OF,
  type Mode,
  type StageTraits,
  undisturbedPath,
} from "@grpc-lb-lab/stage-api";
import type { Experiment, Needs } from "./experiment.ts";

/** Whether an experiment runs under a mode on a stage. */
export type Cell = { readonly runs: true } | SkippedCell;

/** A cell that does not run. */
export interface SkippedCell {
  readonly runs: false;
  /** Why not: `dead-peer cuts pods off their network, which the local stage cannot`. */
  readonly reason: string;
  /** What it would need: `a stage that drops a pod's packets`. */
  readonly needs: string;
}

/** The one place that says "not here": a run is made, or it is skipped because of what the mode, the experiment, the stage and the pods' application are. */
export function cell(mode: Mode, experiment: Experiment, stage: StageTraits, app: App = "greeter"): Cell {
  const { name, needs = {} } = experiment;
  if (mode.launchers[stage.name] === undefined) {
    return skipped(`the ${stage.name} stage has no launcher for this mode`, stagesOf(mode));
  }
  return (
    appCell(experiment, app) ??
    meshCell(name, needs, mode, stage) ??
    faultCell(name, needs, stage) ??
    usageCell(name, needs, stage) ??
    scalerCell(name, needs, stage) ??
    RUNS
  );
}

/** The stages that can bring a mode up, in words. */
function stagesOf({ launchers }: Mode): string {
  const others = Object.entries(launchers).flatMap(([stage, has]) => (has === undefined ? [] : [stage]));
  return others.length === 0 ? "a launcher in the mode's folder" : `the ${others.join(" or ")} stage`;
}

/**
 * Refuses a run that cannot be made.
 * @throws {InputError} with what it would need.
 */
export function assertRuns(mode: Mode, experiment: Experiment, stage: StageTraits, app?: App): void {
  const answer = cell(mode, experiment, stage, app);
  if (!answer.runs) throw new InputError(whySkipped(answer));
}

/** Why a cell does not run, and what it would need, in one sentence without its end. */
export function whySkipped({ reason, needs }: SkippedCell): string {
  return `${reason}: it needs ${needs}`;
}

const RUNS: Cell = { runs: true };

/** What the faults that not every stage has do, and what they take. */
const FAULTS: Readonly<Partial<Record<keyof Fault, readonly [does: string, takes: string]>>> = {
  packets: ["cuts pods off their network", "a stage that drops a pod's packets"],
  paused: ["freezes pods", "a stage that pauses a pod's processes"],
};

function appCell({ name, load }: Experiment, app: App): Cell | undefined {
  const methods = load.kind === "streams" ? load.streams.map(({ method }) => method) : [];
  const missing = methods.find((method) => !METHODS_OF[app].includes(method));
  if (missing === undefined) return undefined;
  return skipped(`${name} calls ${missing}, which the application ${app} does not have`, "pods that run the greeter");
}

function faultCell(name: string, { fault }: Needs, stage: StageTraits): Cell | undefined {
  if (fault === undefined || stage.abilities.faults.includes(fault)) return undefined;
  const [does, takes] = FAULTS[fault] ?? [`sets the fault ${fault}`, "a stage that can set it"];
  return skipped(`${name} ${does}, which the ${stage.name} stage cannot do`, takes);
}

function usageCell(name: string, { containerUsage }: Needs, stage: StageTraits): Cell | undefined {
  if (containerUsage === undefined || stage.abilities.metersContainers) return undefined;
  const takes = "a stage that measures what containers use";
  return skipped(`${name} needs the kubelet's figures, which the ${stage.name} stage does not have`, takes);
}

function scalerCell(name: string, { autoscaler }: Needs, stage: StageTraits): Cell | undefined {
  if (autoscaler === undefined || stage.abilities.autoscales) return undefined;
  return skipped(`${name} needs an autoscaler, which the ${stage.name} stage does not have`, "a cluster");
}

function meshCell(name: string, { meshEncryption }: Needs, mode: Mode, stage: StageTraits): Cell | undefined {
  if (meshEncryption === undefined) return undefined;
  if (!isMeshEncrypted(undisturbedPath(mode))) {
    return skipped(`${name} switches a mesh's encryption, and this mode has no mesh`, "a mode with a mesh");
  }
  if (stage.abilities.switchesMutualTls) return undefined;
  return skipped(
    `${name} switches mutual TLS, which the ${stage.name} stage cannot do`,
    "a stage that can switch mutual TLS",
  );
}

function skipped(reason: string, needs: string): Cell {
  return { runs: false, reason, needs };
}
