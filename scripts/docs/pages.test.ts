import { expect, it } from "vitest";
import { betweenMarkers } from "./between-markers.ts";
import { pageOf } from "./in-repository.ts";
import { generatedPages } from "./pages.ts";

it.each([...(await generatedPages())])("%s has what comes out of the modes, experiments and rules", (page, text) => {
  expect(pageOf(page), `${page} is stale: run make generate`).toBe(text);
});

it("only what is between markers is written anew", () => {
  const page = ["before", "<!-- begin modes: by a program -->", "old", "<!-- end modes -->", "after"].join("\n");
  expect(betweenMarkers(page, "modes", "new")).toBe(
    ["before", "<!-- begin modes: by a program -->", "", "new", "", "<!-- end modes -->", "after"].join("\n"),
  );
});

it.each(["<!-- begin modes -->", "<!-- end modes -->\n<!-- begin modes -->", ""])(
  "a page with the markers %j is refused",
  (page) => {
    expect(() => betweenMarkers(page, "modes", "new")).toThrow('there must be one "<!-- begin modes -->"');
  },
);
