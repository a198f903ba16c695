import type { Labels, Manifest } from "../manifest.ts";
import type { ManifestSet } from "../manifest-set.ts";
import type { Rule } from "../rule.ts";

interface Budget {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: { readonly matchLabels?: Labels };
}

/** A budget that lets no pod go lets no node be drained either. */
export const budgetBlocksDrain: Rule = {
  name: "budget-blocks-drain",
  why: "a node of the cluster can then not be drained, for an upgrade among others",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  check: (set) =>
    set
      .ofKind<Budget>("PodDisruptionBudget")
      .filter((budget) => allowed(set, budget) < 1)
      .map((object) => ({
        object,
        reason: "no pod may ever be evicted, so the drain of a node never ends",
        remedy: "set maxUnavailable: 1, or minAvailable below the number of replicas",
      })),
};

/** How many pods may go when all are there; the eviction API rounds percentages up, for the pods' good. */
function allowed(set: ManifestSet, budget: Manifest & { readonly spec: Budget }): number {
  const { minAvailable, maxUnavailable, selector } = budget.spec;
  const pods = set.selected(budget, selector?.matchLabels ?? {}).reduce((sum, { replicas }) => sum + replicas, 0);
  const count = (value: number | string) =>
    typeof value === "number" ? value : Math.ceil((Number.parseFloat(value) / 100) * pods);
  if (maxUnavailable !== undefined) return count(maxUnavailable);
  return pods - count(minAvailable ?? 1);
}
