import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Entry points that load every stage, and all that a server needs. */
const HEAVY = /^import (?!type\b).*from "@grpc-lb-lab\/(stage|rpc|report|experiments|modes)";$/gm;

it("the load program imports no stage and no server: it starts with every run, and shares the processor with the pods", () => {
  const sources = globSync("*.ts", { cwd: import.meta.dirname, exclude: ["*.test.ts"] });
  expect(sources).toContain("load.ts");
  const heavy = sources.flatMap((name) => readFileSync(join(import.meta.dirname, name), "utf8").match(HEAVY) ?? []);
  expect(heavy).toEqual([]);
});
