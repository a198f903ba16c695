import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const lines of readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) batches.push(lines);
  return batches;
}

test("lines that arrive together come together, however they were cut", async () => {
  expect(await linesOf("a\nb\nc", "d\n", "e", "f", "\ng\n")).toEqual([["a", "b"], ["cd"], ["ef", "g"]]);
});

test("a character that was cut in two is put together", async () => {
  const bytes = Buffer.from("zürich\n");
  expect(await linesOf(bytes.subarray(0, 2), bytes.subarray(2))).toEqual([["zürich"]]);
});

test("empty lines and a last line without an end are dropped", async () => {
  expect(await linesOf("a\n\nb\n", "half")).toEqual([["a", "b"]]);
});
