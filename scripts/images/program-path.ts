import { InputError, isInputError } from "@grpc-lb-lab/input-error";
import { MODES, programOf } from "@grpc-lb-lab/modes";

/**
 * program-path.ts PROGRAM: prints the path of a mode's program on this machine that the local stage would use; fetches it where there is none.
 */
const [name = ""] = process.argv.slice(2);
try {
  const names = [...new Set(MODES.flatMap(({ programs }) => programs))];
  if (!names.includes(name)) throw new InputError(`usage: program-path.ts PROGRAM, one of ${names.join(", ")}`);
  const program = await programOf(name);
  const { signal } = new AbortController();
  const { path } = await program.find({ env: process.env, signal, onProgress: (message) => console.error(message) });
  console.log(path);
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
