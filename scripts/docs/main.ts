import { writeFileSync } from "node:fs";
import { InputError } from "@grpc-lb-lab/input-error";
import { inRepository } from "./in-repository.ts";
import { generatedPages } from "./pages.ts";

/** Writes the derived tables of README.md and docs/, and the configurations of proxies in deploy/. Exit codes: 0 written, 2 a page is not as it must be. */
try {
  for (const [page, text] of await generatedPages()) writeFileSync(inRepository(page), text);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`docs: ${error.message}`);
  process.exitCode = 2;
}
