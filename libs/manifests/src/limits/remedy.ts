import type { Recorded, RecordedCell } from "@grpc-lb-lab/policies";
import { INSTEAD } from "./instead.ts";
import { cellOf } from "./seen.ts";

/** What works in place of a cell's policy, where that is so by the same record: in another dialect, by another policy, under another mode. */
export function remedyOf(recorded: Recorded, { mode, policy, dialect }: RecordedCell): string {
  const obeys = (of: Pick<RecordedCell, "mode" | "policy" | "dialect">) => cellOf(recorded, of)?.outcome === "obeyed";
  const others = recorded.cells.filter((cell) => cell.policy === policy && cell.outcome === "obeyed");
  const said = others.find((cell) => cell.mode === mode && cell.dialect !== dialect);
  if (said !== undefined) return `say it in a ${said.dialect}: the mode ${mode} obeys it there`;
  const instead = (INSTEAD[policy] ?? []).find(
    (one) => one.policy === undefined || obeys({ mode, policy: one.policy, dialect }),
  );
  const modes = [...new Set(others.filter((cell) => cell.dialect === dialect).map((cell) => cell.mode))];
  const elsewhere = modes.length === 0 ? [] : [`modes that obey it: ${modes.join(", ")}`];
  return [instead?.text ?? "do not rely on it", ...elsewhere].join("; ");
}
