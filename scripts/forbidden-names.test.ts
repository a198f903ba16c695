import { expect, it } from "vitest";
import { forbiddenNames, type NameRule } from "./forbidden-names.ts";

const RULE: NameRule = { what: "modes' names", names: ["plain"], folders: ["libs/report"], instead: "ask" };
const found = (text: string, path = "libs/report/src/a.ts", rule = RULE) => forbiddenNames([{ path, text }], [rule]);

it.each([
  ['if (mode === "plain") return;', 1],
  ["\n\nconst a = 'plain';", 3],
  ["const a = `plain`;", 1],
  ["const a = `it is $" + '{\n  x === "plain" ? 1 : 2}`;', 2],
  ['const a = { "plain": 1 };', 1],
])("finds a name in %j", (text, line) => {
  expect(found(text)).toEqual([`libs/report/src/a.ts:${line}: "plain" is one of the modes' names: ask`]);
});

it.each([
  '// under "plain" nothing happens',
  '/* "plain" */ const a = 1;',
  'const a = "plain words";',
  "const plain = pen.plain(text);",
])("finds none in %j", (text) => {
  expect(found(text)).toEqual([]);
});

it("finds a table by names, but not one key that is called as a name is", () => {
  const rule = { ...RULE, names: ["plain", "headless"] };
  const table = "const A = {\n  plain: () => 1,\n  headless: 2,\n  other: 3,\n};";
  expect(found(table, undefined, rule)).toEqual([
    `libs/report/src/a.ts:2: "plain" is one of the modes' names: ask`,
    `libs/report/src/a.ts:3: "headless" is one of the modes' names: ask`,
  ]);
  expect(found("interface A { readonly plain: string; b: c }", undefined, rule)).toEqual([]);
  expect(found("// plain: 1, headless: 2", undefined, rule)).toEqual([]);
});

it("leaves tests alone, other folders, and what is excepted", () => {
  const text = 'const a = "plain";';
  expect(found(text, "libs/report/src/a.test.ts")).toEqual([]);
  expect(found(text, "libs/report/src/testing/a.ts")).toEqual([]);
  expect(found(text, "libs/modes/src/a.ts")).toEqual([]);
  expect(found(text, undefined, { ...RULE, except: ["libs/report/src/a.ts"] })).toEqual([]);
});
