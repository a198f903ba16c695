/** A component that one more, or one less, is selected of. */
export interface Step {
  readonly component: string;
  /** Whether it is taken away, and not added. */
  readonly isTaken: boolean;
  /** What is selected after the step. */
  readonly selected: readonly string[];
}

/** The components that a component brings along. */
export type BroughtBy = (component: string) => readonly string[];

/**
 * From one overlay's components to another's, one at a time: first those go that only the one selects, the last of them first, then those
 * come that only the other selects. What a component brings along goes or comes by itself, so that each step is one component's doing.
 */
export function stepsBetween(from: readonly string[], to: readonly string[], broughtBy: BroughtBy): Step[] {
  const shared = from.filter((name) => to.includes(name));
  const gone = stagesFrom(shared, from, broughtBy);
  const taken = gone.map(({ component }, index): Step => {
    return { component, isTaken: true, selected: gone[index - 1]?.selected ?? shared };
  });
  const added = stagesFrom(shared, to, broughtBy).map((stage): Step => ({ ...stage, isTaken: false }));
  return [...taken.reverse(), ...added];
}

type Stage = Pick<Step, "component" | "selected">;

/** From `shared` to all of `selected`, in its order; each stage with the component that is new in it. */
function stagesFrom(shared: readonly string[], selected: readonly string[], broughtBy: BroughtBy): Stage[] {
  const there = new Set(shared);
  return selected.flatMap((name) => {
    if (there.has(name)) return [];
    const stages = stagesOf(name, broughtBy).map((stage) => ({
      component: stage.component,
      selected: selected.flatMap((other) => (other === name ? stage.selected : there.has(other) ? [other] : [])),
    }));
    there.add(name);
    return stages;
  });
}

/** A component in stages: what it brings along, one after the other, then itself in their place. */
function stagesOf(component: string, broughtBy: BroughtBy): Stage[] {
  const brought = broughtBy(component);
  const before = brought.flatMap((name, index) =>
    stagesOf(name, broughtBy).map((stage) => ({ ...stage, selected: [...brought.slice(0, index), ...stage.selected] })),
  );
  return [...before, { component, selected: [component] }];
}
