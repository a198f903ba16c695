import { MODES, modeNamed } from "@grpc-lb-lab/modes";
import { describe, expect, it } from "vitest";
import { pageOf } from "./in-repository.ts";
import type { Mode } from "./modes-table.ts";
import { EXPERIMENTS_PAGE } from "./pages.ts";
import { fillTraitTables, traitRows, uncovered } from "./trait-tables.ts";
import { TRAITS } from "./traits.ts";

describe("a table of traits", () => {
  const page = (...rows: string[]) =>
    ["## x", "", "| the path | as under | bound |", "|---|---|---|", ...rows, "", "| other | table |"].join("\n");

  it("names the modes that each trait holds for, whatever setting follows it", () => {
    const modes = ["plain", "watch"].map(modeNamed);
    const filled = fillTraitTables(
      page("| any | | 1 |", "| connections are balanced; `--x` | old | 2 |", "| DNS is polled |  | 3 |"),
      modes,
    );
    expect(filled).toBe(
      page(
        "| any | all | 1 |",
        "| connections are balanced; `--x` | `plain` | 2 |",
        "| DNS is polled | none of these | 3 |",
      ),
    );
    expect(fillTraitTables(filled, modes)).toBe(filled);
  });

  it("refuses a trait that there is not, and names those that there are", () => {
    expect(() => fillTraitTables(page("| it is blue | | 1 |"), MODES)).toThrow(
      /"x": there is no trait "it is blue"; there are "any", /,
    );
  });

  it("names a mode that no row holds for", () => {
    expect(uncovered(page("| connections are balanced | | 1 |"), ["plain", "watch"].map(modeNamed))).toEqual([
      'docs/experiments.md, "x": no row holds for watch: add one, with its trait in scripts/docs/traits.ts',
    ]);
  });
});

describe(EXPERIMENTS_PAGE, () => {
  const page = pageOf(EXPERIMENTS_PAGE);

  it("has a bound for every mode in every table", () => {
    expect(uncovered(page, MODES)).toEqual([]);
  });

  it("has one table for each experiment at least that runs everywhere", () => {
    const sections = traitRows(page).map(({ section }) => section.split("`")[1]);
    expect(sections).toEqual(expect.arrayContaining(["share", "scale-up", "pod-crash", "rollout"]));
  });

  it("uses every trait", () => {
    const used = new Set(traitRows(page).map(({ trait }) => trait));
    expect(Object.keys(TRAITS).filter((trait) => !used.has(trait))).toEqual([]);
  });

  it("has a bound for every kind of hop that a mode to come may balance by", () => {
    expect(uncovered(page, modesToCome())).toEqual([]);
  });
});

type Hop = ReturnType<Mode["path"]>[number];

/** Every way to pick, to learn, to notice and to retry, in the client's channel and in a proxy between. */
function modesToCome(): Mode[] {
  const picks: Hop["pick"][] = [
    ...(["first", "rotation", "random"] as const).map((kind) => ({ kind, scope: "proxy" }) as const),
    { kind: "rotation", scope: "channel" },
    { kind: "rotation", scope: "proxy", localitiesByWeight: true },
    { kind: "least request", scope: "proxy", choices: 2, withReplacement: false },
  ];
  const learns = (["nothing", "aged DNS", "polled DNS", "pushed"] as const).map((by) => ({ by }));
  const notices = (["disconnect", "active check", "passive ejection", "withdrawal", "nothing"] as const).map((by) => ({
    by,
  }));
  const changes = picks.flatMap((pick) =>
    learns.flatMap((learn) => notices.flatMap((crash) => RETRIES.map((retry) => ({ pick, learn, crash, retry })))),
  );
  return ["watch", "envoy"].flatMap((name) =>
    changes.map((change) => ({
      ...modeNamed(name),
      name: `${name} with ${JSON.stringify(change)}`,
      path: changed(name, change),
    })),
  );
}

const RETRIES = [
  { attempts: 1 },
  { attempts: 3 },
  { attempts: 1, unconnected: "next host" },
  { attempts: 3, unconnected: "next host" },
] as const;

interface Change {
  readonly pick: Hop["pick"];
  readonly learn: Pick<Hop["learn"], "by">;
  readonly crash: Hop["notice"]["crash"];
  readonly retry: Pick<Hop["retry"], "attempts" | "unconnected">;
}

/** The path of a mode with another last hop. */
function changed(name: string, { pick, learn, crash, retry }: Change): Mode["path"] {
  return (settings) => {
    const path = modeNamed(name).path(settings);
    const change = (hop: Hop): Hop => ({
      ...hop,
      pick,
      learn: { ...hop.learn, ...learn },
      notice: { ...hop.notice, crash },
      retry: { ...hop.retry, ...retry },
    });
    return path.map((hop, index) => (index === path.length - 1 ? change(hop) : hop));
  };
}
