import { readFile } from "node:fs/promises";
import { clientSettings, envTable } from "@grpc-lb-lab/rpc";
import { expect, it } from "vitest";
import { backendSettings } from "./config.ts";

// A formatter of Markdown may pad the cells of a table.
const page = unpadded(await readFile(new URL("../../../docs/environment.md", import.meta.url), "utf8"));

it.each([...envTable(clientSettings), ...envTable(backendSettings)])(
  "docs/environment.md has $name as it is",
  (setting) => {
    const { name, meaning } = setting;
    const shown = setting.default === undefined ? "required" : setting.default === "" ? "" : `\`${setting.default}\``;
    expect(page).toContain(unpadded(`| \`${name}\` | ${shown} | ${meaning} |`));
  },
);

it("docs/environment.md names no variable of the applications that does not exist", () => {
  const known = [...envTable(clientSettings), ...envTable(backendSettings)].map(({ name }) => name);
  const applications = page.slice(0, page.indexOf("## The lab"));
  const named = [...applications.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(known.toSorted());
});

function unpadded(text: string): string {
  return text.replaceAll(/ +/g, " ");
}
