import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "@grpc-lb-lab/stage-api";
import { describe, expect, it, onTestFinished } from "vitest";
import { nothingRecorded, withRecording } from "./recorded.ts";
import { readRecorded, recordedFile, writeRecorded } from "./recorded-file.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "recorded-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const recorded = withRecording(nothingRecorded("local"), { date: "2026-11-30", versions: { envoy: "1.40.0" } }, [
  {
    ...{ mode: "a", dialect: "Istio", policy: "mirror", parameters: { percent: 5 }, outcome: "refused", words: "no" },
    ...{ expectations: [], refusals: [{ by: "the API server", reason: "no" }], asked: "rules", durationMs: 5 },
  },
]);

describe("recorded outcomes", () => {
  it("are nothing where there is no file", async () => {
    expect(await readRecorded(await temporaryFolder(), "local")).toEqual(nothingRecorded("local"));
  });

  it("are read as they are written, into a folder that is made, and nothing is left beside", async () => {
    const folder = join(await temporaryFolder(), "own");
    expect(await writeRecorded(folder, recorded)).toBe(recordedFile(folder, "local"));
    expect(await readRecorded(folder, "local")).toEqual(recorded);
    expect(await readdir(folder)).toEqual(["local.json"]);
  });

  it.each([
    ["no JSON", "{", "JSON"],
    ["nothing", "null", "the whole: Invalid type"],
    [
      "without a mode",
      JSON.stringify({ ...recorded, cells: [{}] }),
      'cells.0.mode: Invalid key: Expected "mode" but received undefined',
    ],
    [
      "of another stage",
      JSON.stringify({ ...recorded, stage: "kubernetes" }),
      "it is of the stage kubernetes, not of local",
    ],
  ])("are refused with file, reason and remedy: %s", async (_, text, reason) => {
    const folder = await temporaryFolder();
    await writeFile(recordedFile(folder, "local"), text);
    const error = await readRecorded(folder, "local").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(`${recordedFile(folder, "local")}: these are no recorded outcomes (`);
    expect(String(error)).toContain(reason);
    expect(String(error)).toContain("restore the file, or delete it");
    expect(String(error)).not.toContain("\n");
  });

  it("that cannot be read or written are bad input", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await expect(writeRecorded(join(folder, "file"), recorded)).rejects.toThrow("cannot be written");
    await expect(readRecorded(join(folder, "file"), "local")).rejects.toThrow("cannot be read");
  });
});
