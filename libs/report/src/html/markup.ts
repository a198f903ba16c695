/** HTML that needs no escaping any more. Only {@link html} and {@link trusted} make it. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in `${}` of {@link html}: text is escaped, markup is kept, undefined is nothing. */
export type Content = string | number | Markup | undefined | readonly Content[];

/** A template literal that escapes every value put into it, in text and in quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...contents.map(toText)));
}

/** Markup made elsewhere, such as an SVG that a DOM wrote. Never for text from a file. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function toText(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.toString();
  if (typeof content === "string" || typeof content === "number") return escapeHtml(String(content));
  return content.map(toText).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters other than line breaks and tabs are not allowed in HTML, not even escaped; they become U+FFFD. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "").replace(/[^\P{Cc}\n\t]/gu, "\uFFFD");
}
