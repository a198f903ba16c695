import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readRecorded } from "@grpc-lb-lab/policies";
import { expect, it } from "vitest";
import { lockFolder } from "../folder-lock.ts";
import { temporaryFolder } from "../testing/lab-process.ts";
import { recordOutcomes } from "./record-outcomes.ts";
import { triedCell } from "./testing/made-up-truth.ts";

const LABS = 8;
const recording = { date: "2026-11-30", versions: {} };

it("loses no cell of labs that record into one folder at once", async () => {
  await using folder = await temporaryFolder();
  const recorded = join(folder.path, "recorded");
  const policies = Array.from({ length: LABS }, (_, lab) => `policy-${lab}`);
  const files = policies.map((policy) =>
    recordOutcomes({ recorded, out: folder.path, stage: "local", recording, tried: [triedCell({ policy })] }),
  );
  expect(new Set(await Promise.all(files))).toEqual(new Set([join(recorded, "local.json")]));
  const { cells } = await readRecorded(recorded, "local");
  expect(cells.map(({ policy }) => policy).toSorted()).toEqual(policies);
  expect(await readdir(recorded)).toEqual(["local.json"]);
});

it("records into the output folder, too, which the lab has locked itself", async () => {
  await using folder = await temporaryFolder();
  await using _lock = await lockFolder(folder.path);
  const { path } = folder;
  await recordOutcomes({ recorded: `${path}/.`, out: path, stage: "local", recording, tried: [triedCell()] });
  expect((await readRecorded(path, "local")).cells).toHaveLength(1);
});
