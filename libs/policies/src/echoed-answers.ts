import type { LoadRun } from "@grpc-lb-lab/stage-api";

/** What a call was like when it reached a pod, in the pod's own words. */
export interface EchoedAnswer {
  readonly pod: string;
  readonly version: string;
  /** The pod's first answer to a call that counts: lines of `Field=value`. */
  readonly text: string;
}

/** One such answer of each version of the pods; none where the pods run an application that does not tell. */
export function echoedAnswers({ seenPods }: Pick<LoadRun, "seenPods">): readonly EchoedAnswer[] {
  const told = [...seenPods].flatMap(([pod, { version, echoed }]) =>
    echoed === undefined ? [] : [{ pod, version, text: echoed }],
  );
  return told.filter(({ version }, index) => told.findIndex((one) => one.version === version) === index);
}
