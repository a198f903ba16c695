import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { nothingRecorded, Recorded } from "./recorded.ts";

/** Where the committed outcomes are, a file for each stage. */
export const RECORDED_FOLDER = fileURLToPath(new URL("../../recorded", import.meta.url));

const SHOWN_ISSUES = 3;

/** The file of a stage in a folder of recorded outcomes. */
export function recordedFile(folder: string, stage: string): string {
  return join(folder, `${stage}.json`);
}

/**
 * What is recorded of a stage; nothing where there is no file.
 * @throws {InputError} when the file cannot be read, or is not one that `lab truth --record` wrote for this stage.
 */
export async function readRecorded(folder: string, stage: string): Promise<Recorded> {
  const file = recordedFile(folder, stage);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new InputError(`${file}: cannot be read (${error.message}): name another folder`, { cause: error });
  });
  return text === undefined ? nothingRecorded(stage) : parsed(file, stage, text);
}

/**
 * Writes what is recorded of a stage, all or nothing, and gives the file.
 * @throws {InputError} when it cannot be written.
 */
export async function writeRecorded(folder: string, recorded: Recorded): Promise<string> {
  const file = recordedFile(folder, recorded.stage);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, `${JSON.stringify(recorded, null, 2)}\n`);
    await rename(temporary, file);
  } catch (error) {
    throw new InputError(`${file}: cannot be written (${(error as Error).message}): name another folder`, {
      cause: error,
    });
  }
  return file;
}

function parsed(file: string, stage: string, text: string): Recorded {
  const result = v.safeParse(Recorded, jsonOf(file, text));
  if (!result.success) throw damaged(file, result.issues.slice(0, SHOWN_ISSUES).map(issueText).join("; "));
  if (result.output.stage === stage) return result.output;
  throw damaged(file, `it is of the stage ${result.output.stage}, not of ${stage}`);
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(file, (error as Error).message);
  }
}

function issueText(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`;
}

function damaged(file: string, why: string): InputError {
  return new InputError(
    `${file}: these are no recorded outcomes (${why}): restore the file, or delete it and record again with lab truth --record`,
  );
}
