import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MODES } from "@grpc-lb-lab/modes";
import { describe, expect } from "vitest";
import { inRepository } from "../testing/in-repository.ts";
import { renderTest as test } from "../testing/render-test.ts";
import { readOverlays } from "./overlays.ts";
import { type Overlays, overlaysPage } from "./page.ts";
import { rowsOf } from "./rows.ts";

const PAGE = inRepository("docs/overlays.md");
/** Many overlays are rendered, on machines that do other things too. */
let overlays: Promise<Overlays> | undefined;

describe("docs/overlays.md", () => {
  test("is what is generated", async () => {
    const generated = overlaysPage(await rendered());
    expect(read(), "docs/overlays.md is out of date: run `make overlays-doc`").toBe(generated);
  });

  test("has each mode, and each of its claims with the expectation that measures it", () => {
    const sections = new Map(
      read()
        .split("\n## ")
        .map((text) => [text.split("\n", 1)[0], text]),
    );
    for (const { name, claims } of MODES) {
      for (const { says, experiment, expectation } of claims)
        expect(sections.get(name)).toContain(`- ${says} (\`${experiment}\` / \`${expectation}\`)`);
    }
    expect([...sections.keys()].slice(1)).toEqual(MODES.map(({ name }) => name));
  });

  test("links to what is there", () => {
    const targets = [...read().matchAll(/(?:\]\(|^\[.+\]: )([^#)\s]+)/gm)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !existsSync(join(PAGE, "..", target)))).toEqual([]);
    expect(targets.length).toBeGreaterThan(MODES.length);
  });
});

test("every component that a mode selects makes a difference, and none is told twice", async () => {
  const { first, others, reasons } = await rendered();
  for (const { mode, selected, attributed } of others) {
    const silent = attributed.filter(({ differences }) => differences.length === 0);
    expect([mode.name, silent.map(({ component }) => component)]).toEqual([mode.name, []]);
    const components = [...first.selected, ...attributed.map(({ component }) => component)];
    expect(components).toEqual(expect.arrayContaining([...selected]));
    const told = attributed.flatMap(({ differences }) =>
      rowsOf(differences).flatMap(({ objects, lines }) => lines.map((line) => `${objects} ${line}`)),
    );
    expect(told).toEqual([...new Set(told)]);
  }
  expect([...reasons.values()].filter((reason) => !/^[A-Za-z`'].*\.$/.test(reason) || reason.includes("]("))).toEqual(
    [],
  );
});

test("without kubectl and kustomize: one line, and exit 2", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: "" },
    encoding: "utf8",
  });
  expect(stderr).toBe(
    "overlays: neither kubectl nor kustomize is on the PATH: install one of them to render kustomizations\n",
  );
  expect(status).toBe(2);
});

function rendered(): Promise<Overlays> {
  overlays ??= readOverlays();
  return overlays;
}

function read(): string {
  return readFileSync(PAGE, "utf8");
}
