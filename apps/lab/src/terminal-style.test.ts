import { describe, expect, it } from "vitest";
import { terminalStyle } from "./terminal-style.ts";

const TTY = { isTTY: true, columns: 132 };

describe("the style of a terminal", () => {
  it.each([
    [{}, true],
    [{ LANG: "en_US.UTF-8" }, true],
    [{ LANG: "de_DE.utf8@euro" }, true],
    [{ LC_ALL: "C.UTF-8" }, true],
    [{ LANG: "en_US" }, true],
    [{ LANG: "C" }, false],
    [{ LANG: "POSIX" }, false],
    [{ LANG: "de_DE.ISO-8859-1" }, false],
    [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, false],
    [{ LANG: "en_US.UTF-8", LC_CTYPE: "POSIX" }, false],
    [{ LANG: "C", LC_CTYPE: "en_US.UTF-8" }, true],
    [{ LANG: "C", LC_ALL: "" }, false],
  ])("under %j has characters beyond ASCII: %s", (env, unicode) => {
    expect(terminalStyle(TTY, env)).toMatchObject({ unicode, color: true });
  });

  it.each([
    [{}, {}],
    [{}, { LANG: "en_US.UTF-8" }],
    [TTY, { NO_COLOR: "1" }],
    [TTY, { TERM: "dumb" }],
  ])("of %j under %j is plain", (stream, env) => {
    expect(terminalStyle(stream, env)).toMatchObject({ unicode: false, color: false });
  });

  it.each([
    [TTY, {}, 132],
    [TTY, { COLUMNS: "90" }, 90],
    [{}, { COLUMNS: "90" }, 90],
    [{}, {}, 80],
    [{ isTTY: true, columns: 0 }, {}, 80],
    [{}, { COLUMNS: "0" }, 80],
    [{}, { COLUMNS: "wide" }, 80],
  ])("of %j under %j has its width", (stream, env, columns) => {
    expect(terminalStyle(stream, env).columns).toBe(columns);
  });
});
