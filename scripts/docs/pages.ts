import { MODES } from "@grpc-lb-lab/modes";
import { betweenMarkers } from "./between-markers.ts";
import { experimentsTable } from "./experiments-table.ts";
import { pageOf } from "./in-repository.ts";
import { DEMO_MODES, modesTable } from "./modes-table.ts";
import { rulesTable } from "./rules-table.ts";
import { committedCells } from "./stage-cells.ts";
import { fillTraitTables } from "./trait-tables.ts";
import { truthTables } from "./truth-tables.ts";

/** Where the bounds are explained. */
export const EXPERIMENTS_PAGE = "docs/experiments.md";

/** Who obeys which traffic rule. */
const TRUTH_PAGE = "docs/truth.md";

/**
 * The pages with derived tables, and the manifests that are derived, as they must be.
 * @throws {InputError} when one cannot be made.
 */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const experiments = pageOf(EXPERIMENTS_PAGE);
  const withModes = betweenMarkers(pageOf("README.md"), "modes", modesTable());
  return new Map([
    ["README.md", betweenMarkers(withModes, "experiments", experimentsTable())],
    [EXPERIMENTS_PAGE, fillTraitTables(experiments, DEMO_MODES)],
    ["docs/check.md", betweenMarkers(pageOf("docs/check.md"), "rules", rulesTable())],
    [TRUTH_PAGE, betweenMarkers(pageOf(TRUTH_PAGE), "truth", truthTables(await committedCells()))],
    ...(await filesOfModes()),
  ]);
}

async function filesOfModes(): Promise<[string, string][]> {
  const files = await Promise.all(MODES.map(({ deployedFiles }) => deployedFiles?.() ?? {}));
  return files.flatMap((ofMode) => Object.entries(ofMode));
}
