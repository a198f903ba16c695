import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The path of a file of this repository. */
export function inRepository(file: string): string {
  return join(import.meta.dirname, "../..", file);
}

/** The text of a page of this repository, as it is. */
export function pageOf(file: string): string {
  return readFileSync(inRepository(file), "utf8");
}
