import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parseRetry } from "./client-values.ts";

test.each([
  ["off", { kind: "off" }],
  ["2", { kind: "retry", maxAttempts: 2 }],
  ["5", { kind: "retry", maxAttempts: 5 }],
  ["hedge:3", { kind: "hedge", maxAttempts: 3 }],
])("%s is read", (text, retry) => {
  expect(parseRetry(text)).toEqual(retry);
});

test.each(["", "1", "6", "hedge", "hedge:1", "hedge:off", "off\n", "3.0"])("%j is refused", (text) => {
  expect(parseRetry(text)).toBeUndefined();
});

test("the module loads no package", async () => {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(new URL("./client-values.ts", import.meta.url).href)});
    console.log(loaded.map((url) => url.split("/").at(-1)).join());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  expect(stdout.trim()).toBe("client-values.ts");
});
