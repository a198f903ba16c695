import { InputError, type LazyLauncher, type Stage } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { ContainersStage } from "../containers/containers-stage.ts";
import { KubernetesStage } from "../kubernetes/kubernetes-stage.ts";
import { LocalStage } from "../local/local-stage.ts";
import { FAKE_BACKEND, FAKE_LOAD } from "../local/testing/fake-programs.ts";
import { madeUpMode } from "../testing/made-up-mode.ts";

/** Nothing that these need is there: a stage that looks for it before it looks at the mode says something else. */
const STAGES: readonly Stage[] = [
  new LocalStage({ backendCommand: FAKE_BACKEND, loadCommand: FAKE_LOAD }),
  new ContainersStage({ tag: "no-such-tag" }),
  new KubernetesStage({ context: "no-such-context" }),
];
const unused: LazyLauncher = () => Promise.reject(new Error("this launcher is for another stage"));
const never = new AbortController().signal;

it.each(STAGES.map((stage) => [stage.name, stage] as const))(
  "a mode without a launcher for it is refused by the %s stage, which names those that have one",
  async (name, stage) => {
    const { [name]: _, ...others } = { local: unused, containers: unused, kubernetes: {} };
    const failure = await stage.start(madeUpMode(others), { pods: 1, signal: never }).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(InputError);
    const remedy = Object.keys(others).map((other) => `--stage ${other}`);
    expect(String(failure)).toContain(
      `mode made-up cannot run on the ${name} stage: it has no launcher there; use ${remedy.join(" or ")}`,
    );
  },
);

it("a mode without any launcher is told to be so", async () => {
  const [stage] = STAGES;
  await expect(stage?.start(madeUpMode({}), { pods: 1, signal: never })).rejects.toThrow(
    "mode made-up cannot run on the local stage: it has no launcher there; add one in its folder",
  );
});
