/** Lines four columns further right. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}

/** A block with braces; nothing where it would be empty. */
export function block(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${head} {`, ...indented(lines), "}"];
}
