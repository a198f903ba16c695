import { expect, it } from "vitest";
import { Pen } from "./pen.ts";

const ascii = new Pen({ columns: 80, color: false, unicode: false });
const unicode = new Pen({ columns: 200, color: true, unicode: true });

it("lets no text from a file steer the terminal", () => {
  expect(unicode.plain("a\u001B[2J\u202Eb\r\nc\u009Bd")).toBe("a [2J b c d");
});

it("writes ASCII for what has a likeness and marks the rest", () => {
  expect(ascii.plain("❯ ✔ é")).toBe("> ok ?");
  expect(ascii.plain("once in 10⁶, or 10¹⁰")).toBe("once in 10^6, or 10^10");
  expect(ascii.plain("✓ ≤ 1.1 × age … 5 µs 日")).toBe("ok <= 1.1 x age ... 5 us ?");
});

it("keeps the width between 60 and 100", () => {
  expect(new Pen({ columns: 20, color: false, unicode: false }).columns).toBe(60);
  expect([unicode.columns, ascii.columns]).toEqual([100, 80]);
  expect(new Pen({ columns: Number.NaN, color: false, unicode: false }).columns).toBe(80);
});

it("cuts and fills to a width", () => {
  expect(unicode.fit("abcdef", 4)).toBe("abc…");
  expect(ascii.fit("abcdef", 5)).toBe("ab...");
  expect(unicode.fit("ab", 4, "right")).toBe("  ab");
});

it("wraps at words, breaks words that are too long, and keeps the first indent", () => {
  const lines = ascii.wrap(`  ${"word ".repeat(20)}${"x".repeat(170)} end`, "    ").split("\n");
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines[0]?.startsWith("  word")).toBe(true);
  expect(lines.slice(1).every((line) => /^ {4}\S/.test(line))).toBe(true);
  expect(lines.join("").replaceAll(/\s/g, "")).toBe(`${"word".repeat(20)}${"x".repeat(170)}end`);
});
