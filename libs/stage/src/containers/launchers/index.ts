import type { ModeName } from "../../mode.ts";
import type { ContainersLauncher } from "../containers-launch.ts";
import { launchEnvoy } from "./envoy.ts";
import { launchHeadless } from "./headless.ts";
import { launchPlain } from "./plain.ts";
import { launchProxyless } from "./proxyless.ts";
import { launchSidecar } from "./sidecar.ts";
import { launchWatch } from "./watch.ts";

/** How each mode is brought up on the containers stage. */
export const CONTAINERS_LAUNCHERS: Readonly<Record<ModeName, ContainersLauncher>> = {
  plain: launchPlain,
  headless: launchHeadless,
  watch: launchWatch,
  envoy: launchEnvoy,
  sidecar: launchSidecar,
  proxyless: launchProxyless,
};
