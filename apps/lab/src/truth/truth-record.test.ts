import { join } from "node:path";
import { readRecorded } from "@grpc-lb-lab/policies";
import { calls, type FakeAnswer, FakeStage, madeUpMode, madeUpPolicy } from "@grpc-lb-lab/policies/testing";
import { STAGES } from "@grpc-lb-lab/stage/abilities";
import { afterEach, expect, it, vi } from "vitest";
import { ProgramsOnce } from "../programs-once.ts";
import { temporaryFolder } from "../testing/lab-process.ts";
import { type TruthFlags, truthOn } from "./truth.ts";

const OBEYED: FakeAnswer = { records: calls(20, { code: 14 }) };
const IGNORED: FakeAnswer = { records: calls(20) };
const HERE = madeUpMode();
const CONTEXT = { signal: new AbortController().signal, env: {} };

afterEach(() => void vi.restoreAllMocks());

it.each(STAGES.map(({ name }) => name))(
  "the outcomes of the %s stage are recorded in a file of its own, and later ones held against them",
  async (stage) => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await using out = await temporaryFolder();
    const recorded = join(out.path, "recorded");
    const mode = { ...HERE, launchers: { [stage]: HERE.launchers.local ?? {} } };
    const flags: TruthFlags = {
      ...{ stage, tag: "dev", recorded, out: out.path, modes: [mode], policies: [madeUpPolicy()] },
      ...{ atOnce: 1, skips: true },
    };
    const tried = (answer: FakeAnswer, over: Partial<TruthFlags> = {}) =>
      truthOn(new FakeStage(() => answer, stage), new ProgramsOnce({}, () => {}), { ...flags, ...over }, CONTEXT);

    expect(await tried(OBEYED, { record: true })).toBe(0);
    const kept = await readRecorded(recorded, stage);
    expect(kept).toMatchObject({ stage, cells: [{ policy: "made-up", outcome: "obeyed" }] });
    expect(kept.recordings[0]?.versions).toHaveProperty("grpc-js");

    expect(await tried(OBEYED)).toBe(0);
    expect(await tried(IGNORED)).toBe(1);
    expect(await readRecorded(recorded, stage)).toEqual(kept);
  },
);
