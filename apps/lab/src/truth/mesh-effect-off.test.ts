import { MODES } from "@grpc-lb-lab/modes";
import {
  cellName,
  columnsOf,
  keyOfPlace,
  type PlacedCell,
  POLICIES,
  RECORDED_FOLDER,
  readRecorded,
  recordedCell,
  truthCells,
} from "@grpc-lb-lab/policies";
import { calls, type FakeAnswer, FakeStage, receivedCounted } from "@grpc-lb-lab/policies/testing";
import { KUBERNETES, LOCAL } from "@grpc-lb-lab/stage/abilities";
import type { StartOptions } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { exitCode } from "./exit-code.ts";
import { tryCell } from "./try-cell.ts";

/**
 * What a mesh alone can show, the local stage has none of. Its trials are judged here by the evidence that is recorded of the cluster, and by the same with the
 * effect taken out; effect-off.cluster.test.ts does it for real.
 */
const recorded = await readRecorded(RECORDED_FOLDER, "kubernetes");
const [OK, PERMISSION_DENIED, UNAVAILABLE] = [0, 7, 14];
/** Of each of the two kinds of calls that these trials make: those that the rule is about, and others. */
const CALLS = 50;

/** How calls end that the rule is about, where it is in force. */
const ENDS: Readonly<Record<string, number>> = {
  "mtls-strict": UNAVAILABLE,
  "authorization-method": PERMISSION_DENIED,
  "authorization-identity": PERMISSION_DENIED,
};

/** Calls of the first kind end so, and a pod has received so many of them; those of the second are answered. */
function answer(code: number, received: number): FakeAnswer {
  const records = [...calls(CALLS, { kind: 0, code }), ...calls(CALLS, { kind: 1, code: OK })];
  return { records, received: { "pod-1": receivedCounted([received, CALLS]) } };
}

const onLocal = truthCells(columnsOf(MODES), POLICIES, LOCAL);
const isLocal = (placed: PlacedCell) =>
  onLocal.some(({ policy, column, cell }) => {
    const isSame = policy === placed.policy && column.mode === placed.column.mode;
    return isSame && column.dialect === placed.column.dialect && cell.is === "tried";
  });
const cells = truthCells(
  columnsOf(MODES.filter(({ launchers }) => launchers.local !== undefined)),
  POLICIES,
  KUBERNETES,
).filter((placed) => placed.cell.is === "tried" && placed.column.dialect === "Istio" && !isLocal(placed));

/** What is seen with the rule; without it, in a policy's control run, every call is answered. */
async function tried({ policy, column }: PlacedCell, seen: FakeAnswer) {
  const rule = JSON.stringify(policy.dialects(policy.parameters)[column.dialect]);
  const isRule = ({ rules }: StartOptions) => JSON.stringify(rules) === rule;
  const stage = new FakeStage((_, options) => (isRule(options) ? seen : answer(OK, CALLS)), "kubernetes");
  const { signal } = new AbortController();
  return await tryCell({ stage, policy, parameters: policy.parameters, column, recorded, signal });
}

describe("a rule that only a mesh in a cluster can show", () => {
  it("is judged here of every policy that there is", () => {
    expect(new Set(cells.map(({ policy }) => policy.name))).toEqual(new Set(Object.keys(ENDS)));
  });

  it.each(cells.map((placed) => [cellName(keyOfPlace(placed)), placed] as const))(
    "is as recorded by the recorded evidence, and not once its effect is taken out: %s",
    async (_, placed) => {
      const asRecorded = await tried(placed, answer(ENDS[placed.policy.name] ?? OK, 0));
      const found = recordedCell(recorded, keyOfPlace(placed), placed.policy.parameters);
      expect(asRecorded).toMatchObject({ outcome: "obeyed", expectations: found?.expectations });
      expect(exitCode([asRecorded])).toBe(0);

      const off = await tried(placed, answer(OK, CALLS));
      expect(off).toMatchObject({ outcome: "ignored", recorded: { outcome: "obeyed" } });
      expect(exitCode([off])).toBe(1);

      // Somebody answers as the rule would have it, but only once a pod has done the work.
      const late = await tried(placed, answer(ENDS[placed.policy.name] ?? OK, CALLS));
      expect([late.outcome, exitCode([late])]).toEqual(["differs", 1]);
    },
  );
});
