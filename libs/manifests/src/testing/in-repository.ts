import { fileURLToPath } from "node:url";

/** The path of something in this repository; `path` begins at its root. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}
