import { stripVTControlCharacters } from "node:util";
import { Listr, ListrLogger, type ListrTask, ProcessOutput } from "listr2";
import { printable } from "../print.ts";
import { terminalStyle } from "../terminal-style.ts";

/**
 * Runs tasks one after the other and shows on stderr how far they are. A task that fails ends no other.
 * @param isLive - in place, with all that a terminal can draw; otherwise a line a step, in plain ASCII where stderr is written so
 */
export async function runTasks(tasks: readonly ListrTask[], isLive: boolean): Promise<void> {
  const logger = new Logger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  await new Listr([...tasks], {
    renderer: isLive ? "default" : "simple",
    rendererOptions: isLive ? { collapseSubtasks: false, logger } : { logger },
    exitOnError: false,
    registerSignalListeners: false, // The lab ends its runs in order itself.
  }).run();
  process.stderr.write("\n");
}

/** Listr's marks are of a kind that not every terminal has. */
class Logger extends ListrLogger {
  override format(...args: Parameters<ListrLogger["format"]>): string {
    const text = printable(super.format(...args), process.stderr);
    return terminalStyle(process.stderr, process.env).color ? text : stripVTControlCharacters(text);
  }
}
