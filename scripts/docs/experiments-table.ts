import { cell, EXPERIMENTS, type Experiment } from "@grpc-lb-lab/experiments";
import { MODES } from "@grpc-lb-lab/modes";
import { STAGES } from "@grpc-lb-lab/stage/abilities";
import { markdownTable } from "./markdown-table.ts";
import type { Mode } from "./modes-table.ts";

type Stage = (typeof STAGES)[number];

/** What the README calls a stage; one without a phrase goes by its name. */
const WHERE: Readonly<Record<string, string>> = {
  local: "on this machine",
  containers: "in containers",
  kubernetes: "on a cluster",
};

/** Name, question, and where it runs: on which stages, and what it needs of a mode there. */
export function experimentsTable(
  experiments: readonly Experiment[] = EXPERIMENTS,
  modes: readonly Mode[] = MODES,
  stages: readonly Stage[] = STAGES,
): string {
  const rows = experiments.map((experiment) => [
    `\`${experiment.name}\``,
    experiment.question,
    whereItRuns(experiment, modes, stages),
  ]);
  return markdownTable(["experiment", "question", "where it runs"], rows);
}

function whereItRuns(experiment: Experiment, modes: readonly Mode[], stages: readonly Stage[]): string {
  const running = stages.filter((stage) => modes.some((mode) => cell(mode, experiment, stage).runs));
  if (running.length === 0) return "nowhere";
  const where =
    running.length === stages.length
      ? "everywhere"
      : running.map(({ name }) => WHERE[name] ?? `on the stage \`${name}\``).join(", ");
  return [where, ...needsOfModes(experiment, modes, running)].join("; needs ");
}

/** What modes lack that the stage can bring up, and the experiment does not run under. */
function needsOfModes(experiment: Experiment, modes: readonly Mode[], stages: readonly Stage[]): string[] {
  const cells = stages.flatMap((stage) =>
    modes.filter(({ launchers }) => launchers[stage.name] !== undefined).map((mode) => cell(mode, experiment, stage)),
  );
  return [...new Set(cells.flatMap((one) => (one.runs ? [] : [one.needs])))];
}
