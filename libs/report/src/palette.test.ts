import { describe, expect, it } from "vitest";
import { DARK_THEME, LIGHT_THEME } from "./palette.ts";

/** Relative luminance of `#RRGGBB`. Source: WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each([
  ["light", LIGHT_THEME],
  ["dark", DARK_THEME],
])("the %s theme", (_, theme) => {
  it.each(["ink", "muted", "failed", "passed"] as const)("has %s text of contrast AA", (text) => {
    expect(contrast(theme[text], theme.paper)).toBeGreaterThanOrEqual(4.5);
  });

  it("has AA contrast on highlighted rows", () => {
    expect(contrast(theme.ink, theme.highlight)).toBeGreaterThanOrEqual(4.5);
  });
});
