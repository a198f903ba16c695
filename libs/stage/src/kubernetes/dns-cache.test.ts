import { expect, it } from "vitest";
import { corefileCacheMs } from "./dns-cache.ts";

const corefile = (cache: string, ttl = "ttl 30") => `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       ${ttl}
    }
    ${cache}
    loop
}`;

it.each([
  ["kubeadm's", corefile("cache 30"), 30_000],
  [
    "newer kubeadm's, which leaves the cluster's names out",
    corefile("cache 30 {\n disable success cluster.local\n disable denial cluster.local\n }"),
    0,
  ],
  ["one with a longer cache than its answers may live", corefile("cache 300"), 30_000],
  ["one with the shorter cache", corefile("cache 5 cluster.local"), 5_000],
  ["one without a time", corefile("cache", ""), 5_000],
  ["one without a cache", corefile(""), 0],
])("reads %s Corefile", (_, text, ms) => {
  expect(corefileCacheMs(text)).toBe(ms);
});
