import { HttpMethod, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { expect, it } from "vitest";

it("libs/cluster says skipTLSVerify of a server without TLS: client-node refuses plain HTTP, which kubectl takes", async () => {
  const request = () => new RequestContext("http://127.0.0.1:1/version", HttpMethod.GET);
  const configOf = (skipTLSVerify: boolean) => {
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: "plain", server: "http://127.0.0.1:1", skipTLSVerify }, { name: "nobody" });
    return config;
  };
  await expect(configOf(false).applySecurityAuthentication(request())).rejects.toThrow("HTTP protocol is not allowed");
  await expect(configOf(true).applySecurityAuthentication(request())).resolves.toBeUndefined();
});
