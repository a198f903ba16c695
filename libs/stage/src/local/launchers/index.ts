import type { ModeName } from "../../mode.ts";
import type { Launcher } from "../launcher.ts";
import { launchEnvoy } from "./envoy.ts";
import { launchHeadless } from "./headless.ts";
import { launchPlain } from "./plain.ts";
import { launchProxyless } from "./proxyless.ts";
import { launchSidecar } from "./sidecar.ts";
import { launchWatch } from "./watch.ts";

/** How each mode is brought up on the local stage. */
export const LAUNCHERS: Readonly<Record<ModeName, Launcher>> = {
  plain: launchPlain,
  headless: launchHeadless,
  watch: launchWatch,
  envoy: launchEnvoy,
  sidecar: launchSidecar,
  proxyless: launchProxyless,
};
