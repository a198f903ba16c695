import { styleText } from "node:util";
import type { PlacedCell, TruthCell } from "@grpc-lb-lab/policies";
import { formatMs } from "@grpc-lb-lab/report";
import type { ListrTask } from "listr2";
import { runTasks } from "../progress/run-tasks.ts";
import { shortfall } from "./truth-runs.ts";

type MakeCell = (placed: PlacedCell, onProgress: (what: string) => void) => Promise<TruthCell>;

/**
 * Makes the cells, column after column, and shows on stderr how far they are. What needs no trial is made without a word.
 * @param isLive - as {@link runTasks} has it
 */
export async function tryWithProgress(
  cells: readonly PlacedCell[],
  make: MakeCell,
  { isLive, atOnce }: { readonly isLive: boolean; readonly atOnce: number },
): Promise<void> {
  const tried = cells.filter(({ cell }) => cell.is === "tried");
  for (const placed of cells) if (placed.cell.is !== "tried") await make(placed, () => undefined);
  const width = Math.max(...tried.map(({ policy }) => policy.name.length));
  const columns = Map.groupBy(tried, ({ column }) => column);
  let made = 0;
  const groups = [...columns].map(([{ mode, dialect }, ofColumn]): ListrTask => {
    const title = `${mode.name}, asked in ${dialect}`;
    return {
      title,
      task: (_, task) => {
        const counted: MakeCell = async (...cell) => {
          const result = await make(...cell);
          made += 1;
          task.title = `${title} (${made} of ${tried.length} trials made)`;
          return result;
        };
        const tasks = ofColumn.map((placed) => cellTask(placed, placed.policy.name.padEnd(width), counted));
        return task.newListr(tasks, { concurrent: atOnce });
      },
    };
  });
  await runTasks(groups, isLive);
}

function cellTask(placed: PlacedCell, title: string, make: MakeCell): ListrTask {
  return {
    title,
    task: async (_, task) => {
      const cell = await make(placed, (what) => {
        task.title = `${title} ${styleText("dim", what, { stream: process.stderr })}`;
      });
      const wrong = shortfall(cell);
      if (wrong !== undefined) throw new Error(`${title} ${wrong}`);
      if (cell.is !== "tried") return task.skip(`${title} ${"reason" in cell ? cell.reason : cell.is}`);
      task.title = `${title} ${cell.outcome} in ${formatMs(cell.durationMs)}: ${cell.words}`;
    },
  };
}
