import { styleText } from "node:util";
import { toAscii } from "./to-ascii.ts";

/** How terminal output is drawn. */
export interface TerminalOptions {
  /** Width of the terminal in characters; more than 100 are not used, fewer than 60 are not honoured; NaN: 80. */
  readonly columns: number;
  /** Whether ANSI colours may be used; off when piped or with `NO_COLOR`. */
  readonly color: boolean;
  /** Whether blocks, `✓` and the like may be used; off means plain ASCII, whatever the files contain. */
  readonly unicode: boolean;
}

/** A style name of `node:util` styleText. */
export type Style = Parameters<typeof styleText>[0];

const MAX_COLUMNS = 100;
const MIN_COLUMNS = 60;
/** Where the width is not known. */
const USUAL_COLUMNS = 80;

/** Draws text within {@link TerminalOptions}. */
export class Pen {
  readonly columns: number;
  readonly color: boolean;
  readonly unicode: boolean;

  constructor({ columns, color, unicode }: TerminalOptions) {
    this.columns = Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, Math.floor(columns) || USUAL_COLUMNS));
    this.color = color;
    this.unicode = unicode;
  }

  /** Text that cannot steer the terminal: control characters (ANSI escapes too) become spaces, others ASCII where asked for. */
  plain(text: string): string {
    const printable = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
    return this.unicode ? printable : toAscii(printable);
  }

  /** `text`, already plain, in a style where colours are on. */
  paint(style: Style, text: string): string {
    return this.color ? styleText(style, text, { validateStream: false }) : text;
  }

  /** {@link plain} text of exactly `width` characters; cut text ends in an ellipsis. */
  fit(text: string, width: number, align: "left" | "right" = "left"): string {
    const plain = this.plain(text);
    const ellipsis = this.unicode ? "…" : "...";
    const cut = plain.length > width ? plain.slice(0, Math.max(0, width - ellipsis.length)) + ellipsis : plain;
    return align === "left" ? cut.padEnd(width) : cut.padStart(width);
  }

  /** {@link plain} text in lines no longer than the terminal is wide. The first keeps its leading spaces, the others begin with `indent`. */
  wrap(text: string, indent = ""): string {
    const plain = this.plain(text);
    const words = plain.trimStart();
    const lines = [" ".repeat(plain.length - words.length)];
    for (const word of words.split(" ")) {
      for (const piece of this.#pieces(word, this.columns - indent.length)) {
        const line = lines.at(-1) ?? "";
        if (line.trim() === "" || line.length + 1 + piece.length <= this.columns) {
          lines[lines.length - 1] = line.trim() === "" ? line + piece : `${line} ${piece}`;
        } else {
          lines.push(indent + piece);
        }
      }
    }
    return lines.join("\n");
  }

  /** A word longer than a line (a path, a message of a server) in pieces. */
  #pieces(word: string, width: number): string[] {
    return Array.from({ length: Math.max(1, Math.ceil(word.length / width)) }, (_, i) =>
      word.slice(i * width, (i + 1) * width),
    );
  }
}
