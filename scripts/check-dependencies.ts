import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forbiddenDependencies, type ProjectGraph } from "./forbidden-dependencies.ts";

/** Asks nx for the graph of projects, read from manifests and imports, and fails on a dependency against the design's direction. */
const folder = mkdtempSync(join(tmpdir(), "lab-graph-"));
try {
  const file = join(folder, "graph.json");
  execFileSync("nx", ["graph", "--file", file], { stdio: ["ignore", "ignore", "inherit"] });
  const { graph } = JSON.parse(readFileSync(file, "utf8")) as { graph: ProjectGraph };
  const forbidden = forbiddenDependencies(graph);
  for (const line of forbidden) console.error(`check-dependencies: ${line}`);
  process.exitCode = forbidden.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
