import type { FindProgram, Stage, StageName } from "@grpc-lb-lab/stage-api";

/** What a stage may be told. */
export interface StageSettings {
  /** Repeats what is picked at random. */
  readonly seed: number;
  /** Finds programs that are not the lab's own, where they are processes of this machine. */
  readonly find: FindProgram;
  /** The tag of the images, where there are any. */
  readonly tag: string;
  /** The context of the kubeconfig file; the kubernetes stage needs it. */
  readonly context?: string;
  /** Where the mode is deployed; default: the stage's own. */
  readonly namespace?: string;
}

/** The stages, each loaded when it is used. */
const STAGES: Readonly<Record<StageName, (settings: StageSettings) => Promise<Stage>>> = {
  local: async (settings) => (await import("../local-stage.ts")).localStage(settings),
  containers: async (settings) => new (await import("@grpc-lb-lab/stage/containers")).ContainersStage(settings),
  kubernetes: async ({ context = "", namespace }) =>
    new (await import("@grpc-lb-lab/stage/kubernetes")).KubernetesStage({ context, namespace }),
};

/** Makes a stage; nothing is started. */
export function makeStage(name: StageName, settings: StageSettings): Promise<Stage> {
  return STAGES[name](settings);
}
