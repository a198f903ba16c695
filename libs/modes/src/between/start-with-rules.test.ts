import { InputError, NotStartedError, RulesRefusedError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { startWithRules } from "./start-with-rules.ts";

const RULES = { dialect: "nginx", location: ["nonsense on;"] } as const;
const ended = new NotStartedError("nginx did not start", { lastWords: "line 1 | what a nonsense", hasEnded: true });
const slow = new NotStartedError("nginx was not ready", { lastWords: "it wrote nothing", hasEnded: false });

function start(error: Error | undefined, rules?: typeof RULES) {
  const proxy = { start: async () => (error === undefined ? undefined : Promise.reject(error)) };
  const refusal = (lastWords: string) => ({ by: "nginx", reason: lastWords.replace("line 1 | ", "") });
  return startWithRules(proxy, rules, refusal).catch((failure: unknown) => failure);
}

it("a proxy that ends with rules in its configuration has refused them, in its own words", async () => {
  expect(await start(ended, RULES)).toMatchObject({ by: "nginx", reason: "what a nonsense", cause: ended });
  expect(await start(ended, RULES)).toBeInstanceOf(RulesRefusedError);
});

it("one that was slow, or could not be started, or had no rules has refused none", async () => {
  const taken = new InputError("the port is taken; free it");
  expect(await start(ended)).toBe(ended);
  expect(await start(slow, RULES)).toBe(slow);
  expect(await start(taken, RULES)).toBe(taken);
  expect(await start(undefined, RULES)).toBeUndefined();
});
