import { fileURLToPath } from "node:url";

/** The folder of the repository: where the applications lie, and where `out/` is made. */
export const REPOSITORY_ROOT = fileURLToPath(new URL("../../..", import.meta.url));
