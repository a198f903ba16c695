import { MODES } from "@grpc-lb-lab/modes";
import { markdownTable } from "./markdown-table.ts";

/** A mode, as libs/modes has it. */
export type Mode = (typeof MODES)[number];

/** The modes that `lab demo` runs: README and the tables of bounds show them as examples. */
export const DEMO_MODES: readonly Mode[] = MODES.filter(({ isInDemo }) => isInDemo);

/** Who balances, from what, and what the client's target is. */
export function modesTable(modes: readonly Mode[] = DEMO_MODES): string {
  const rows = modes.map(({ name, balancer, source, target }) => [`\`${name}\``, balancer, source, `\`${target}\``]);
  return markdownTable(["mode", "who balances", "from what", "the client's target"], rows);
}
