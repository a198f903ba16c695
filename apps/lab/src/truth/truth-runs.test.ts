import {
  columnsOf,
  nothingRecorded,
  type Policy,
  type Recorded,
  type TruthCell,
  truthCells,
  withRecording,
} from "@grpc-lb-lab/policies";
import { calls, FakeStage, madeUpMode, madeUpPolicy } from "@grpc-lb-lab/policies/testing";
import { InputError, ProgramUnavailableError, RulesRefusedError } from "@grpc-lb-lab/stage-api";
import { describe, expect, it, vi } from "vitest";
import { triedCell } from "./testing/made-up-truth.ts";
import { shortfall, TruthRuns, type TruthRunsOptions } from "./truth-runs.ts";

const UNAVAILABLE = 14;
const MODE = madeUpMode();
/** Every call ends so where the rule is obeyed. */
const OBEYED = { records: calls(20, { code: UNAVAILABLE }) };
const IGNORED = { records: calls(20) };

function runsOf(
  stage: FakeStage,
  policies: readonly Policy[],
  {
    recorded = nothingRecorded("local"),
    skips = true,
    signal = new AbortController().signal,
    app,
  }: Partial<TruthRunsOptions> = {},
) {
  const cells = truthCells(columnsOf([MODE]), policies, stage);
  const runs = new TruthRuns({ stage, app, recorded, skips, signal });
  const makeAll = async () => {
    for (const placed of cells) await runs.make(placed, () => undefined);
    return runs.results(cells);
  };
  return { runs, cells, makeAll };
}

const named = (name: string, over: Partial<Policy> = {}) => madeUpPolicy({ name, ...over });
const briefly = (cells: readonly TruthCell[]) =>
  cells.map((cell) => [cell.policy, cell.is === "tried" ? cell.outcome : cell.is]);

describe("the trials of a table", () => {
  it("are judged by what their calls came to, each in a deployment of its own that ends", async () => {
    const answers = [OBEYED, IGNORED, { records: [...calls(10), ...calls(10, { code: UNAVAILABLE })] }];
    const stage = new FakeStage(() => answers.shift() ?? {});
    const { makeAll } = runsOf(stage, [named("first"), named("second"), named("third")]);
    expect(briefly(await makeAll())).toEqual([
      ["first", "obeyed"],
      ["second", "ignored"],
      ["third", "differs"],
    ]);
    expect(stage.log).toEqual(["start", "end", "start", "end", "start", "end"].map((what) => `${what} ${MODE.name}`));
  });

  it("are asked in the column's dialect", async () => {
    const asked: unknown[] = [];
    const stage = new FakeStage((_, { rules }) => {
      asked.push(rules);
      return OBEYED;
    });
    const [cell] = await runsOf(stage, [named("first")]).makeAll();
    expect(asked).toEqual([{ dialect: "gRPC service config", serviceConfig: { percent: 100 } }]);
    expect(cell).toMatchObject({
      is: "tried",
      asked: '{\n  "percent": 100\n}\n',
      simulated: ["everything: nothing runs"],
    });
  });

  it("name who refused", async () => {
    const stage = new FakeStage(() => Promise.reject(new RulesRefusedError("the API server", "no such field")));
    const [cell] = await runsOf(stage, [named("first")]).makeAll();
    expect(cell).toMatchObject({ outcome: "refused", refusals: [{ by: "the API server", reason: "no such field" }] });
  });

  it("are left out where no dialect can say it", async () => {
    const stage = new FakeStage();
    expect(briefly(await runsOf(stage, [named("unsaid", { dialects: () => ({}) })]).makeAll())).toEqual([
      ["unsaid", "not expressible"],
    ]);
    expect(stage.log).toEqual([]);
  });
});

describe("a trial that cannot be made", () => {
  it("is a failed cell that says why, and ends no other", async () => {
    const answers = [() => Promise.reject(new InputError("port 1 is taken: free it")), () => IGNORED];
    const stage = new FakeStage(() => answers.shift()?.() ?? {});
    const cells = await runsOf(stage, [named("first"), named("second")]).makeAll();
    expect(briefly(cells)).toEqual([
      ["first", "failed"],
      ["second", "ignored"],
    ]);
    expect(cells.map(shortfall)).toEqual(["port 1 is taken: free it", undefined]);
  });

  it("for want of a program is skipped, unless nothing may be", async () => {
    const stage = new FakeStage(() => Promise.reject(new ProgramUnavailableError("there is no Envoy. Install it.")));
    expect(briefly(await runsOf(stage, [named("first")]).makeAll())).toEqual([["first", "skipped"]]);
    expect(briefly(await runsOf(stage, [named("first")], { skips: false }).makeAll())).toEqual([["first", "failed"]]);
  });

  it("for a mistake of the lab's own is told with its trace", async () => {
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const { runs, makeAll } = runsOf(
      new FakeStage(() => {
        throw new TypeError("made up");
      }),
      [named("first")],
    );
    expect(briefly(await makeAll())).toEqual([["first", "failed"]]);
    runs.sayDefects();
    expect(stderr.mock.calls.join("")).toMatch(/lab: made-up-mode first: TypeError: made up\n +at /);
    stderr.mockRestore();
  });

  it("because of an interrupt leaves what was measured", async () => {
    const interrupt = new AbortController();
    const answers = [OBEYED];
    const stage = new FakeStage(() => {
      const answer = answers.shift();
      if (answer !== undefined) return answer;
      interrupt.abort(new Error("interrupted by SIGINT"));
      throw new Error("killed");
    });
    const { runs, cells, makeAll } = runsOf(stage, [named("first"), named("second")], { signal: interrupt.signal });
    await expect(makeAll()).rejects.toThrow("interrupted by SIGINT");
    expect(briefly(runs.results(cells))).toEqual([
      ["first", "obeyed"],
      ["second", "failed"],
    ]);
    expect(shortfall(runs.results(cells)[1] as TruthCell)).toBe("interrupted before it was done");
  });
});

describe("a cell with a recorded outcome", () => {
  const recordedAs = (outcome: "obeyed" | "ignored"): Recorded => {
    const { is: _, recorded: __, ...cell } = triedCell({ ...{ outcome, words: "as ever", policy: "first" } });
    const { parameters } = madeUpPolicy();
    const own = { mode: MODE.name, dialect: "gRPC service config", parameters: { ...parameters } };
    return withRecording(nothingRecorded("local"), { date: "2026-11-30", versions: {} }, [{ ...cell, ...own }]);
  };

  it.each([
    ["obeyed", undefined],
    ["ignored", "obeyed (calls that end UNAVAILABLE: 20 of 20), but ignored is recorded (as ever)"],
  ] as const)("that is %s: %s", async (outcome, says) => {
    const options = { recorded: recordedAs(outcome) };
    const [cell] = await runsOf(new FakeStage(() => OBEYED), [named("first")], options).makeAll();
    expect(cell).toMatchObject({ outcome: "obeyed", recorded: { outcome, words: "as ever" } });
    expect(cell && shortfall(cell)).toBe(says);
  });

  it("is held against it with another application, too", async () => {
    const apps: unknown[] = [];
    const stage = new FakeStage((_, { app }) => {
      apps.push(app);
      return OBEYED;
    });
    const options = { recorded: recordedAs("ignored"), app: "echo" } as const;
    const [cell] = await runsOf(stage, [named("first")], options).makeAll();
    expect(apps).toEqual(["echo"]);
    expect(cell).toMatchObject({ app: "echo", outcome: "obeyed", recorded: { outcome: "ignored" } });
  });

  it("is not held against other parameters", async () => {
    const other = named("first", { parameters: { percent: 50, of: "calls" } });
    const [cell] = await runsOf(new FakeStage(() => OBEYED), [other], { recorded: recordedAs("ignored") }).makeAll();
    expect(cell && shortfall(cell)).toBeUndefined();
  });
});
