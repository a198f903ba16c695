import { toAscii } from "@grpc-lb-lab/report/to-ascii";
import { terminalStyle } from "./terminal-style.ts";

/** Writes a text for people to read: in plain ASCII where {@link terminalStyle} says so. */
export function print(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(printable(text, stream));
}

/** As {@link print} writes it. */
export function printable(text: string, stream: NodeJS.WriteStream): string {
  return terminalStyle(stream, process.env).unicode ? text : toAscii(text);
}

/** Writes a value for programs to read, to stdout. In JSON what is not ASCII can be, and stay what it is. */
export function printJson(value: unknown): void {
  const json = JSON.stringify(value, null, 2).replace(
    /[^\0-\x7F]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  process.stdout.write(`${json}\n`);
}
