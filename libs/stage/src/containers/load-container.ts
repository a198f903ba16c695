import { createInterface } from "node:readline";
import type { LoadProgram } from "../load/load-program.ts";
import type { ContainersContext } from "./containers-context.ts";
import type { LabContainer } from "./lab-container.ts";

/**
 * Starts `lab load` in a container of its own with a client's environment; it is removed when it has ended.
 * @param sharedWith - the container whose place in the network it shares; undefined: it has its own.
 */
export async function startLoadContainer(
  { session, images }: ContainersContext,
  name: string,
  env: Readonly<Record<string, string>>,
  sharedWith: LabContainer | undefined,
): Promise<LoadProgram> {
  const container = await session.create({
    name,
    image: images.lab,
    command: ["load"],
    env,
    place: sharedWith === undefined ? {} : { sharedWith },
    stdin: true,
  });
  const { stdin, stdout, stderr } = await container.attach();
  let lastWords = "";
  const lines = createInterface({ input: stderr }).on("line", (line) => {
    lastWords = line;
  });
  const read = new Promise((resolve) => lines.once("close", resolve));
  await container.start();
  const ended = Promise.all([container.exited(), read]).then(async ([code]) => {
    await container.remove();
    return code === 0 ? undefined : `lab load ended with ${code}${lastWords && `: ${lastWords}`}`;
  });
  return { stdin, stdout, ended, kill: () => void container.kill() };
}
