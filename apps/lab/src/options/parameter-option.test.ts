import { madeUpPolicy } from "@grpc-lb-lab/policies/testing";
import { InputError } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { parameterSetting, parametersOf } from "./parameter-option.ts";

const POLICY = madeUpPolicy();
const set = (...texts: string[]) =>
  parametersOf(
    POLICY,
    texts.reduce((all, text) => [...parameterSetting(text, all)], [] as { name: string; value: string }[]),
  );

describe("--set", () => {
  it("changes what is named, and leaves the rest", () => {
    expect(set()).toEqual({ percent: 100, of: "calls" });
    expect(set("percent=2.5")).toEqual({ percent: 2.5, of: "calls" });
    expect(set("of=a=b", "percent=1", "percent=2")).toEqual({ percent: 2, of: "a=b" });
  });

  it.each(["percent", "=5", "9=5", ""])("refuses %j, which is no parameter with a value", (text) => {
    expect(() => set(text)).toThrow("such as percent=20");
  });

  it.each([
    ["per_cent=5", "made-up has no such parameter; there are percent, of. Did you mean percent?"],
    ["toString=5", "made-up has no such parameter"],
    ["percent=many", "--set percent=many: percent of made-up is a number: write it as percent=100"],
    ["percent=", "is a number"],
    ["percent=1e3", "is a number"],
  ])("refuses %j as bad input", (text, message) => {
    expect(() => set(text)).toThrow(InputError);
    expect(() => set(text)).toThrow(message);
  });
});
