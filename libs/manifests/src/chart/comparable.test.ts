import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { comparable } from "./comparable.ts";

/** A Deployment that mounts a ConfigMap, and another with a name like a hash. */
function manifests(config: string, other = "web-controller"): Manifest[] {
  const volumes = [{ name: config, configMap: { name: config } }, { configMap: { name: other } }];
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: config } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: other } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "proxy" }, spec: { volumes } } as Manifest,
  ];
}

test("the hash of any generated ConfigMap is no difference, neither in its name nor where that is referred to", () => {
  expect(comparable(manifests("nginx-config-7h8d2k5gm4"))).toEqual(comparable(manifests("nginx-config")));
});

test("another name is one, also where it ends in a word of as many letters", () => {
  const names = (other: string) => Object.keys(comparable(manifests("config", other)));
  expect(names("web-controller")).toEqual(["ConfigMap/config", "ConfigMap/web-controller", "Deployment/proxy"]);
  expect(comparable(manifests("config"))).not.toEqual(comparable(manifests("settings")));
});
