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

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A text in plain ASCII: what has a likeness becomes that, powers as `10^6`, the rest `?`. */
export function toAscii(text: string): string {
  return text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/gu, (power) => `^${[...power].map((digit) => SUPERSCRIPTS.indexOf(digit)).join("")}`)
    .replace(/\P{ASCII}/gu, (character) => ASCII_FOR[character] ?? "?");
}
