import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { forbiddenNames } from "./forbidden-names.ts";
import { NAME_RULES } from "./name-rules.ts";

/** Fails where code names a mode, a stage or an experiment that it must not know. */
const root = join(import.meta.dirname, "..");
const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "libs/**/*.ts"], {
  cwd: root,
  encoding: "utf8",
});
const paths = execFileSync("git", ["ls-files", "--deleted"], { cwd: root, encoding: "utf8" }).split("\n");
const files = listed
  .split("\n")
  .filter((path) => path !== "" && !paths.includes(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const found = forbiddenNames(files, NAME_RULES);
for (const line of found) console.error(`check-names: ${line}`);
process.exitCode = found.length === 0 ? 0 : 1;
