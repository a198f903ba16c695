import { expect, it } from "vitest";
import { ProblemLog } from "./problem-log.ts";

it("a problem log keeps each problem once, in order, and no more than 100", () => {
  const log = new ProblemLog();
  for (const problem of ["b", "a", "b"]) log.add(problem);
  expect(log.problems).toEqual(["b", "a"]);
  for (let index = 0; index < 200; index++) log.add(`problem ${index}`);
  expect(log.problems).toHaveLength(100);
  expect(log.problems[0]).toBe("b");
});
