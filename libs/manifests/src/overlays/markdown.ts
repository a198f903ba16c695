/** Longer values are named and not shown. */
const LONGEST_VALUE = 70;

/** Whether a value fits into a line. */
export function isShort(value: string): boolean {
  return value.length <= LONGEST_VALUE && !value.includes("\n");
}

/** In code font. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Each in code font, with commas. */
export function codes(texts: readonly string[]): string {
  return texts.map(code).join(", ");
}

/** A list. */
export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A table; a cell may have several lines. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", "<br>");
}
