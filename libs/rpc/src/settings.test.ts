import { expect, test } from "vitest";
import { ConfigError } from "./config-error.ts";
import { integer, milliseconds, oneOf, port, text } from "./setting-schemas.ts";
import { envTable, readSettings, type Settings } from "./settings.ts";

const settings = {
  PORT: { meaning: "the port", default: "50051", schema: port },
  MODE: { meaning: "the mode", default: "a", schema: oneOf(["a", "b"]) },
  TARGET: { meaning: "the target", default: undefined, schema: text },
} as const satisfies Settings;

test("unset and empty variables take their defaults, and the result cannot be changed", () => {
  const values = readSettings(settings, { TARGET: "x", MODE: "" });
  expect(values).toEqual({ PORT: 50051, MODE: "a", TARGET: "x" });
  expect(Object.isFrozen(values)).toBe(true);
});

test("all mistakes are reported together, each with its name, value and reason", () => {
  const read = () => readSettings(settings, { PORT: "70000", MODE: "c" });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(
    'wrong environment: PORT="70000" must be an integer from 0 to 65535; MODE="c" must be one of a, b; TARGET is required: the target',
  );
});

test.each(["", " 5", "5 ", "5.0", "5e3", "0x5", "-1", "+5", "1_000", "٣"])("the integer %j is refused", (given) => {
  const read = () => readSettings({ N: { meaning: "", default: undefined, schema: integer(0, 9999) } }, { N: given });
  expect(read).toThrow(ConfigError);
});

test("a duration that no timer can wait is refused", () => {
  const read = (given: string) =>
    readSettings({ N: { meaning: "", default: "0", schema: milliseconds() } }, { N: given });
  expect(read("2147483647").N).toBe(2_147_483_647);
  expect(() => read("2147483648")).toThrow("must be an integer from 0 to 2147483647");
});

test("the table of the environment has a row for each variable", () => {
  expect(envTable(settings)).toEqual([
    { name: "PORT", default: "50051", meaning: "the port" },
    { name: "MODE", default: "a", meaning: "the mode" },
    { name: "TARGET", default: "required", meaning: "the target" },
  ]);
});
