/** What stands for characters that texts of the lab, and of what it prints, have. */
const ASCII_FOR: Readonly<Record<string, string>> = {
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "±": "+-",
  "×": "x",
  "→": "->",
  "–": "-",
  "—": "-",
  "−": "-",
  "·": ".",
  "…": "...",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  µ: "u",
  μ: "u",
  σ: "sigma",
  "✓": "ok",
  "✔": "ok",
  "✗": "FAIL",
  "✘": "FAIL",
  "✖": "FAIL",
  "─": "-",
  "❯": ">",
  "›": ">",
  "↓": "-",
  "⚠": "!",
};

/** A text in plain ASCII: what has a likeness becomes that, the rest `?`. */
export function toAscii(text: string): string {
  return text.replace(/\P{ASCII}/gu, (character) => ASCII_FOR[character] ?? "?");
}
