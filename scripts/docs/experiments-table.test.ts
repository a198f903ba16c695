import { EXPERIMENTS, type Experiment } from "@grpc-lb-lab/experiments";
import { MODES, modeNamed } from "@grpc-lb-lab/modes";
import { CONTAINERS, KUBERNETES, LOCAL } from "@grpc-lb-lab/stage/abilities";
import { expect, it } from "vitest";
import { experimentsTable } from "./experiments-table.ts";

const [first] = EXPERIMENTS;
const experiment = (name: string, needs: Experiment["needs"] = {}): Experiment => {
  if (first === undefined) throw new Error("there is no experiment");
  return { ...first, name, question: `Why ${name}?`, needs };
};
const where = (one: Experiment, modes = MODES) =>
  experimentsTable([one], modes).split("\n").at(-1)?.split(" | ").at(-1);

it("has a row for each experiment", () => {
  expect(experimentsTable([experiment("a"), experiment("b")]).split("\n")).toEqual([
    "| experiment | question | where it runs |",
    "| --- | --- | --- |",
    "| `a` | Why a? | everywhere |",
    "| `b` | Why b? | everywhere |",
  ]);
});

it("says on which stages it runs, and what it needs of a mode there", () => {
  expect(where(experiment("cut", { fault: "packets" }))).toBe("in containers |");
  expect(where(experiment("meter", { containerUsage: true }))).toBe("on a cluster |");
  expect(where(experiment("mesh", { meshEncryption: true }))).toBe("on a cluster; needs a mode with a mesh |");
  expect(where(experiment("mesh", { meshEncryption: true }), [modeNamed("plain")])).toBe("nowhere |");
});

it("says nothing of modes that a stage cannot bring up, and calls a stage without a phrase by its name", () => {
  const inCluster = { ...modeNamed("plain"), launchers: { kubernetes: {} } };
  expect(where(experiment("a"), [inCluster])).toBe("on a cluster |");
  const moon = { ...LOCAL, name: "moon" } as unknown as typeof LOCAL;
  const onMoon = { ...modeNamed("plain"), launchers: { moon: {} } } as unknown as typeof inCluster;
  expect(experimentsTable([experiment("a")], [onMoon], [moon, CONTAINERS, KUBERNETES])).toContain(
    "| on the stage `moon` |",
  );
});
