import { testReleases } from "./testing/test-releases.ts";

testReleases("helm", ["sidecar", "proxyless"]);
