import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@grpc-lb-lab/input-error";
import { readOverlays } from "./overlays.ts";
import { overlaysPage } from "./page.ts";

/** Writes docs/overlays.md. Exit codes: 0 written, 2 it cannot be rendered. */
try {
  const page = overlaysPage(await readOverlays());
  writeFileSync(join(import.meta.dirname, "../../../../docs/overlays.md"), page);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`overlays: ${error.message}`);
  process.exitCode = 2;
}
