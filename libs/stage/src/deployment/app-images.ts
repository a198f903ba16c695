import type { App } from "@grpc-lb-lab/stage-api";

/** What the applications' images are named for: their folders in apps/. */
const FOLDERS: Readonly<Record<App, string>> = { greeter: "backend", echo: "echo" };

/** Behind the last slash, up to a tag or a digest: `echo` of `registry.example/lab/echo:dev`. */
const LAST_NAME = /([^/:@]+)(?::[^/@]*)?(?:@.*)?$/;

/** The name of an application's image among the lab's images. */
export function imageOfApp(app: App): string {
  return FOLDERS[app];
}

/** The application in an image, whatever its registry and tag are; the greeter where the name says nothing of it. */
export function appOfImage(image: string): App {
  return LAST_NAME.exec(image)?.[1] === FOLDERS.echo ? "echo" : "greeter";
}
