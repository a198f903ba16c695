import { expect, test } from "vitest";
import { firstSentence } from "./reason.ts";

test.each([
  ["# a\n\nOne idea. And another.\n", "One idea."],
  [
    "# a\n\nOne idea\nover two lines: `a.b:50051` of 2.5 s.\nMore.\n\nElse.\n",
    "One idea over two lines: `a.b:50051` of 2.5 s.",
  ],
  ["# a\n\nWhat it runs:\n\n    make a\n", "What it runs:"],
])("the first sentence of %j", (page, sentence) => {
  expect(firstSentence(page)).toBe(sentence);
});
