import {
  columnsOf,
  type NotTried,
  TRUTH_SCHEMA,
  type TriedCell,
  type TruthCell,
  type TruthResult,
} from "@grpc-lb-lab/policies";
import type { Mode } from "@grpc-lb-lab/stage-api";

/** A cell that was tried, of nobody. */
export function triedCell(over: Partial<TriedCell> = {}): TriedCell {
  return {
    is: "tried",
    mode: "some-mode",
    dialect: "Istio",
    policy: "some-policy",
    parameters: { percent: 50 },
    outcome: "obeyed",
    asWithoutRule: false,
    words: "calls that end UNAVAILABLE: 97 of 200",
    expectations: [
      { id: "aborted", what: "calls that end UNAVAILABLE", bound: "65 to 135 of 200", measured: "97 of 200", ok: true },
    ],
    refusals: [],
    asked: "kind: VirtualService\n",
    durationMs: 6_200,
    simulated: ["istiod"],
    problems: [],
    recorded: undefined,
    ...over,
  };
}

/** What a made-up table has in turn. */
const IN_TURN: readonly (Partial<TriedCell> | NotTried)[] = [
  {},
  { is: "not expressible" },
  { outcome: "ignored", words: "calls that end UNAVAILABLE: 0 of 200", durationMs: 12_400 },
  { is: "skipped", reason: "the file provider stands in for the Gateway provider" },
  {
    outcome: "refused",
    words: "the client (NACK): no percentage",
    refusals: [{ by: "the client (NACK)", reason: "no percentage" }],
  },
  { outcome: "differs", words: "every call hangs until its deadline" },
];

/** A table of so many made-up policies under modes, with cells of every kind. */
export function madeUpTruth(modes: readonly Mode[], policies: number, over: Partial<TruthResult> = {}): TruthResult {
  const columns = columnsOf(modes).map(({ mode, dialect }) => ({ mode: mode.name, dialect: String(dialect) }));
  const names = Array.from({ length: policies }, (_, index) => `made-up-policy-${index + 1}`);
  const cells = columns.flatMap((column, c) =>
    names.map(
      (policy, p) => ({ ...triedCell(), ...IN_TURN[(c + p) % IN_TURN.length], ...column, policy }) as TruthCell,
    ),
  );
  return {
    schema: TRUTH_SCHEMA,
    ok: true,
    stage: "local",
    startedAt: "2026-11-30T01:00:00.000Z",
    durationMs: 1_234_000,
    versions: { "grpc-js": "1.14.7", envoy: "1.40.0" },
    policies: names.map((name) => ({ name, title: "a request", asks: "something", source: "https://example.com/x" })),
    columns,
    cells,
    ...over,
  };
}
