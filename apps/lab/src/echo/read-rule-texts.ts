import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { MANIFEST_EXTENSIONS, manifestFiles } from "@grpc-lb-lab/manifests/manifest-files";
import { InputError } from "@grpc-lb-lab/stage-api";

/** A text of rules, and what messages call it. */
export interface RuleText {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads rules as `kubectl apply -f` does: files, the YAML and JSON files of folders, and `-` for `stdin`.
 * @throws {InputError} when one cannot be read.
 */
export async function readRuleTexts(paths: readonly string[], stdin: Readable): Promise<RuleText[]> {
  const texts: RuleText[] = [];
  for (const path of paths) {
    if (path === "-") texts.push({ name: "stdin", text: await text(stdin) });
    else
      for (const file of filesOf(path))
        texts.push({ name: file, text: await readFile(file, "utf8").catch(unreadable) });
  }
  return texts;
}

function filesOf(path: string): string[] {
  const files = attempt(() => manifestFiles(path));
  if (files.length > 0) return files;
  throw new InputError(`${path} has no file with ${MANIFEST_EXTENSIONS.join(", ")}`);
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return unreadable(error as Error);
  }
}

function unreadable(error: Error): never {
  throw new InputError(`the rules cannot be read: ${error.message}`, { cause: error });
}
