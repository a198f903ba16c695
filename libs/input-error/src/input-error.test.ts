import { expect, it } from "vitest";
import { InputError, isInputError } from "./input-error.ts";
import { ProgramUnavailableError } from "./program-unavailable-error.ts";

it("tells what the caller can mend from what the program does wrong", () => {
  expect(isInputError(new InputError("--pods is 0; ask for 1 or more"))).toBe(true);
  expect(isInputError(new ProgramUnavailableError("there is no Envoy. Install it."))).toBe(true);
  expect(isInputError(new TypeError("x is undefined"))).toBe(false);
  expect(isInputError("InputError")).toBe(false);
});
