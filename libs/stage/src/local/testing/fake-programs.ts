import { fileURLToPath } from "node:url";
import type { Command } from "../ready-process.ts";

const program = (name: string): Command => [process.execPath, fileURLToPath(new URL(name, import.meta.url))];

/** See fake-backend.ts. */
export const FAKE_BACKEND = program("./fake-backend.ts");
/** See fake-load.ts. */
export const FAKE_LOAD = program("./fake-load.ts");
/** See lab-with-children.ts. */
export const LAB_WITH_CHILDREN = program("./lab-with-children.ts");
