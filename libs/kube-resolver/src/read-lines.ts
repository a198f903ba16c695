import { StringDecoder } from "node:string_decoder";

/**
 * Splits a stream of bytes into lines, those that arrive together at once; a last line without an end is dropped, because
 * only a connection that was cut leaves one.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder("utf8");
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const [head = "", ...tail] = decoder.write(chunk).split("\n");
    rest.push(head);
    if (tail.length === 0) continue;
    const lines = [rest.join(""), ...tail.slice(0, -1)];
    rest = tail.slice(-1);
    yield lines.filter((line) => line !== "");
  }
}
