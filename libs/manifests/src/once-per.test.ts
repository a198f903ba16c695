import { expect, it, vi } from "vitest";
import { oncePer } from "./once-per.ts";

it("reads each input once, also where there is nothing to read", () => {
  const read = vi.fn(({ name }: { readonly name?: string }) => name);
  const nameOf = oncePer(read);
  const [one, other, none] = [{ name: "one" }, { name: "other" }, {}];
  expect([one, other, none, one, none].map(nameOf)).toEqual(["one", "other", undefined, "one", undefined]);
  expect(read).toHaveBeenCalledTimes(3);
});
