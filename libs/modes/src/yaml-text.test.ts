import { expect, it } from "vitest";
import { parse } from "yaml";
import { yamlText } from "./yaml-text.ts";

it.each(["yes", "no", "on", "off", "y", "n", "1:20", "0o7", "012", "1e3", "null", "2026-11-30"])(
  "is read alike by readers of YAML 1.1 and 1.2: %s",
  (text) => {
    const written = yamlText({ exact: text });
    expect([parse(written, { version: "1.1" }), parse(written)]).toEqual([{ exact: text }, { exact: text }]);
  },
);
