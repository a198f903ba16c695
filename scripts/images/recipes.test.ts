import { execFileSync } from "node:child_process";
import { MODES } from "@grpc-lb-lab/modes";
import { expect, it } from "vitest";

const recipe = (program: string, what: string): string => {
  const script = new URL(`../../libs/modes/src/${program}/image.sh`, import.meta.url).pathname;
  return execFileSync(script, [what], { encoding: "utf8", stdio: "pipe" }).trim();
};

it.each([...new Set(MODES.flatMap(({ programs }) => programs))])(
  "the recipe of %s names an image to pull",
  (program) => {
    expect(recipe(program, "pull")).toMatch(/^docker\.io\/[a-z/-]+:\S*\d$/);
    expect(() => recipe(program, "")).toThrow("usage: image.sh pull");
  },
);

it.each([
  ["nginx", "SIGQUIT"],
  ["haproxy", "SIGUSR1"],
])("%s, which cuts calls at SIGTERM, is ended by %s, as upstream's image has it", (program, signal) => {
  expect(recipe(program, "stop-signal")).toBe(signal);
});
