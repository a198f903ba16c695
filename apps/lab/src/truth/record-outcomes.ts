import { resolve } from "node:path";
import { type Recording, readRecorded, type TriedCell, withRecording, writeRecorded } from "@grpc-lb-lab/policies";
import { lockFolderSoon } from "../folder-lock.ts";

/** What is to be recorded, and where. */
export interface OutcomesToRecord {
  /** The folder of recorded outcomes. */
  readonly recorded: string;
  /** The lab's output folder, which it has locked already. */
  readonly out: string;
  readonly stage: string;
  readonly recording: Recording;
  readonly tried: readonly TriedCell[];
}

/**
 * Adds outcomes to what is recorded of a stage, and gives the file. Two labs that record into one folder wait for each other: each reads what the other has
 * written, so that no cell is lost.
 * @throws {InputError} when the folder cannot be read or written, or another lab has it for long.
 */
export async function recordOutcomes({ recorded, out, stage, recording, tried }: OutcomesToRecord): Promise<string> {
  const isLocked = resolve(recorded) === resolve(out);
  await using _lock = isLocked ? undefined : await lockFolderSoon(recorded);
  return writeRecorded(recorded, withRecording(await readRecorded(recorded, stage), recording, tried));
}
