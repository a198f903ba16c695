import { execFileSync } from "node:child_process";

/** Whether a process runs; one that has ended and was not yet waited for by its parent does not. */
export function isRunning(pid: number | undefined): boolean {
  return list("pid=,stat=").some(([id, stat]) => Number(id) === pid && stat?.startsWith("Z") === false);
}

/** Ids of the processes that have `marker` among their arguments. */
export function processesWith(marker: string): number[] {
  const marked = list("pid=,args=").filter((fields) => fields.includes(marker));
  return marked.map(([pid]) => Number(pid));
}

function list(format: string): string[][] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", format], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => line.trim().split(/\s+/));
}
