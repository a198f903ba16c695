import { columnName } from "./column-name.ts";
import type { CellKey } from "./recorded.ts";

/** What a cell is called: `fault-abort under sidecar (Istio)`. */
export function cellName(key: CellKey): string {
  return `${key.policy} under ${columnName(key)}`;
}
