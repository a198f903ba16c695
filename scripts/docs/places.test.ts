import { MODE_NAMES } from "@grpc-lb-lab/modes";
import { describe, expect, it } from "vitest";
import { existingPlaces, misplaced, PLACES } from "./places.ts";

it("every mode is in every place that it needs, and nothing is there of a mode that is gone", () => {
  expect(misplaced(MODE_NAMES, existingPlaces())).toEqual([]);
});

describe("a check of places", () => {
  const placesOf = (mode: string) => PLACES.map(({ path }) => path.replaceAll("<mode>", mode));
  const complete = [...placesOf("plain"), ...placesOf("nginx")];

  it("says nothing where all is there, whatever else is there, walk-throughs among it", () => {
    const others = [
      "deploy/kustomize/overlays/walkthrough-echo/kustomization.yaml",
      "deploy/kustomize/overlays/walkthrough-echo/README.md",
      "deploy/kustomize/overlays/README.md",
      "libs/modes/src/modes.ts",
      "deploy/helm/grpc-lb-lab/values.yaml",
    ];
    expect(misplaced(["plain", "nginx"], [...complete, ...others])).toEqual([]);
  });

  it.each(placesOf("nginx"))("names %s when it is forgotten, and says what to do", (forgotten) => {
    const messages = misplaced(
      ["plain", "nginx"],
      complete.filter((place) => place !== forgotten),
    );
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/ is missing for the mode nginx: (write|select|define|run) /);
    expect(messages[0]?.split(" ")[0]).toBe(forgotten);
  });

  it("names everything of a mode whose line in modes.ts is forgotten", () => {
    const messages = misplaced(["plain"], complete);
    expect(messages.map((message) => message.split(" ")[0])).toEqual(placesOf("nginx"));
    expect(messages[0]).toBe(
      "libs/modes/src/nginx/index.ts belongs to no mode: add the line of nginx to libs/modes/src/modes.ts, or delete it",
    );
  });
});
