import { APPS, type App, type StartOptions } from "@grpc-lb-lab/stage-api";

/** What a trial's calls may come to first: the pods, which run an application, or the lab's frontend, with pods behind it that run the greeter. */
export const TRIAL_APPS = [...APPS, "frontend"] as const;
/** One of {@link TRIAL_APPS}. */
export type TrialApp = App | "frontend";

/** How a stage is to start for it; undefined: as the stage has it. */
export function startFor(app: TrialApp | undefined): Pick<StartOptions, "app" | "through"> {
  return app === "frontend" ? { app: "greeter", through: app } : { app };
}

/** What it is in a sentence; undefined: the lab's own pods, called by the load itself. */
export function trialAppText(app: TrialApp | undefined): string | undefined {
  if (app === undefined || app === "greeter") return undefined;
  return app === "frontend" ? "calls go through the frontend" : `pods run ${app}`;
}
