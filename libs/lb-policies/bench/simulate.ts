import { simulateAll, toTable } from "./simulation-table.ts";

/** Prints the simulation's table, as the README has it. */
console.log(toTable(simulateAll()));
