import type { Recorded, RecordedCell } from "@grpc-lb-lab/policies";

const CELL = { expectations: [], refusals: [], parameters: {}, asked: "", durationMs: 1, recording: 0 };

/** The part of a cell that a test is about. */
export type MadeUpCell = Pick<RecordedCell, "mode" | "dialect" | "policy" | "outcome"> & Partial<RecordedCell>;

/** A record of Kubernetes with these cells, `as it was seen` in words. */
export function recorded(...cells: readonly MadeUpCell[]): Recorded {
  return {
    schema: "grpc-lb-lab/recorded-outcomes/1",
    stage: "kubernetes",
    recordings: [{ date: "2026-01-01", versions: { Istio: "1.31.0", "grpc-js": "1.14.7" } }],
    cells: cells.map((cell) => ({ ...CELL, words: "as it was seen", ...cell })),
  };
}
