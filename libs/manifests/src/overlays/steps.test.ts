import { expect, test } from "vitest";
import { stepsBetween } from "./steps.ts";

const told = (from: string, to: string, brings: Readonly<Record<string, string>> = {}) =>
  stepsBetween(words(from), words(to), (name) => words(brings[name] ?? "")).map(
    ({ component, isTaken, selected }) => `${isTaken ? "-" : "+"}${component}: ${selected.join(" ")}`,
  );
const words = (text: string) => text.split(" ").filter((word) => word !== "");

test("there is no step between the same components", () => {
  expect(told("a b", "a b")).toEqual([]);
});

test("components come one at a time, in the order of the overlay", () => {
  expect(told("b", "a b c")).toEqual(["+a: a b", "+c: a b c"]);
});

test("what is selected no more goes first, the last of it first", () => {
  expect(told("a b c", "b d")).toEqual(["-c: a b", "-a: b", "+d: b d"]);
});

test("what a component brings along comes before it, by itself, and goes after it", () => {
  const brings = { x: "y z", y: "deep" };
  expect(told("a", "a x", brings)).toEqual(["+deep: a deep", "+y: a y", "+z: a y z", "+x: a x"]);
  expect(told("a x", "a", brings)).toEqual(["-x: a y z", "-z: a y", "-y: a deep", "-deep: a"]);
});
