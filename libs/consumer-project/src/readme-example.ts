import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The first TypeScript example of a folder's README, as a reader would paste it; empty where there is none. */
export async function readmeExample(folder: string): Promise<string> {
  const readme = await readFile(join(folder, "README.md"), "utf8");
  return /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
}
