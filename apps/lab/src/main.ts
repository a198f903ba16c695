import { labCommand } from "./lab-command.ts";
import { runProgram } from "./run-program.ts";

/** Exit codes: 0 as expected, 1 an expectation differs or the lab itself failed, 2 bad input, 130 interrupted. */
await runProgram("lab", (signal) => labCommand({ signal, env: process.env, argv: process.argv }));
