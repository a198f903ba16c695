import { readFile } from "node:fs/promises";
import { backendSettings } from "@grpc-lb-lab/backend/config";
import { echoSettings } from "@grpc-lb-lab/echo/config";
import { frontendSettings } from "@grpc-lb-lab/frontend/config";
import { clientSettings, envTable, type Settings } from "@grpc-lb-lab/rpc";
import { describe, expect, it } from "vitest";

// A formatter of Markdown may pad the cells of a table.
const page = unpadded(await readFile(new URL("../../../docs/environment.md", import.meta.url), "utf8"));

describe.each<[string, Settings]>([
  ["A client of the backend", clientSettings],
  ["apps/backend", backendSettings],
  ["apps/frontend", withoutClient(frontendSettings)],
  ["apps/echo", echoSettings],
])("docs/environment.md, under %s", (title, settings) => {
  const section = page.split("\n## ").find((text) => text.startsWith(title)) ?? "";

  it.each(envTable(settings))("has $name as it is", (setting) => {
    const { name, meaning } = setting;
    const shown = setting.default === undefined ? "required" : setting.default === "" ? "" : `\`${setting.default}\``;
    expect(section).toContain(unpadded(`| \`${name}\` | ${shown} | ${meaning} |`));
  });

  it("names no variable that does not exist", () => {
    const named = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(
      envTable(settings)
        .map(({ name }) => name)
        .toSorted(),
    );
  });
});

/** Those have a table of their own. */
function withoutClient(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in clientSettings)));
}

function unpadded(text: string): string {
  return text.replaceAll(/ +/g, " ");
}
