import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IMAGE_APPLICATIONS } from "@grpc-lb-lab/cluster/images";
import { describe, expect, it } from "vitest";
import { directDependencies, lockedDependencies, type PackageLock } from "./locked-dependencies.ts";

const lock: PackageLock = {
  packages: {
    "apps/shop": {
      dependencies: { till: "1", "@lab/paper": "*", fast: "1" },
      optionalDependencies: { fast: "1" },
    },
    "node_modules/@lab/paper": { link: true, resolved: "libs/paper" },
    "libs/paper": { dependencies: { ink: "2" }, peerDependencies: { till: "1", hand: "1" } },
    "libs/paper/node_modules/ink": {},
    "node_modules/till": { dependencies: { ink: "1", "@lab/paper": "*" } },
    "node_modules/till/node_modules/coin": {},
    "node_modules/ink": { peerDependencies: { pen: "1" }, peerDependenciesMeta: { pen: { optional: true } } },
    "node_modules/hand": {},
    "node_modules/pen": {},
    "node_modules/fast": {},
    "apps/broken": { dependencies: { missing: "1" } },
  },
};

describe("locked dependencies", () => {
  it("are found as Node finds them, through workspaces, peers and circles, without what is optional", () => {
    expect(lockedDependencies(lock, "apps/shop")).toEqual({
      workspaces: ["apps/shop", "libs/paper"],
      packages: ["libs/paper/node_modules/ink", "node_modules/hand", "node_modules/ink", "node_modules/till"],
    });
    expect(directDependencies(lock, "node_modules/till")).toEqual(["node_modules/ink", "libs/paper"]);
  });

  it("that the lock file lacks are named", () => {
    expect(() => lockedDependencies(lock, "apps/broken")).toThrow(
      "package-lock.json does not have missing, which apps/broken depends on: run npm install",
    );
  });

  it.each(IMAGE_APPLICATIONS)("of $name hold no tool that only develops", ({ name }) => {
    const own = JSON.parse(readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8"));
    const { packages } = lockedDependencies(own, `apps/${name}`);
    expect(packages).toContain("node_modules/@grpc/grpc-js");
    expect(packages.filter((folder) => /typescript|vitest|biome|testcontainers|playwright/.test(folder))).toEqual([]);
  });
});
