import { describe, expect, it } from "vitest";
import { Pen } from "./pen.ts";
import { apportion, shareBar } from "./share-bar.ts";

const pods = (...calls: number[]) => calls.map((count, i) => ({ pod: `p${i}`, zone: "", version: "", calls: count }));

describe("apportion", () => {
  it.each([
    [[1, 1, 1, 1], 24, [6, 6, 6, 6]],
    [[1, 1, 1], 10, [4, 3, 3]],
    [[5, 0], 8, [8, 0]],
    [[1000, 1], 8, [7, 1]],
    [[1, 1, 1000], 8, [1, 1, 6]],
    [[0, 0], 8, [0, 0]],
    [[9, 8, 7, 6], 2, [1, 1, 0, 0]],
    [[], 8, []],
  ])("splits %j into %i cells", (counts, width, cells) => {
    expect(apportion(counts, width)).toEqual(cells);
  });
});

describe("a bar of shares", () => {
  it("has a letter per pod in ASCII, a shade per pod without colour, a colour per pod with it", () => {
    const draw = (unicode: boolean, color: boolean) =>
      shareBar(pods(3, 1), 8, new Pen({ columns: 80, color, unicode }));
    expect(draw(false, false)).toBe("aaaaaabb");
    expect(draw(true, false)).toBe("██████▓▓");
    expect(draw(true, true)).toBe("\u001B[34m██████\u001B[39m\u001B[33m██\u001B[39m");
  });

  it("keeps its width without calls", () => {
    expect(shareBar(pods(0, 0), 8, new Pen({ columns: 80, color: false, unicode: true }))).toBe(" ".repeat(8));
  });
});
