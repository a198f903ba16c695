import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HttpRoute } from "../http/http-route.ts";

const BROWSER_FOLDER = join(import.meta.dirname, "browser");
/** Of lit-html, what the page's modules import, directly or not. */
const LIT_FILES = ["lit-html.js", "directive.js", "directive-helpers.js", "directives/live.js", "directives/repeat.js"];

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Routes for the page's files, read once and served from memory: the page itself at `/`, its files below `/page`, lit-html below `/lit-html`. */
export function assetRoutes(): readonly HttpRoute[] {
  const own = readdirSync(BROWSER_FOLDER).filter((name) => extname(name) in CONTENT_TYPES && name !== "index.html");
  return [
    assetRoute("/", join(BROWSER_FOLDER, "index.html")),
    ...own.map((name) => assetRoute(`/page/${name}`, join(BROWSER_FOLDER, name))),
    ...LIT_FILES.map((name) => assetRoute(`/lit-html/${name}`, join(litFolder(), name))),
  ];
}

/** Node is given another build of lit-html than browsers, one folder below. */
function litFolder(): string {
  return join(dirname(fileURLToPath(import.meta.resolve("lit-html"))), "..");
}

function assetRoute(path: string, file: string): HttpRoute {
  const body = readFileSync(file);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 20)}"`;
  const type = CONTENT_TYPES[extname(file)] ?? "application/octet-stream";
  return {
    method: "GET",
    path,
    handle(request, response) {
      response.setHeader("etag", etag);
      response.setHeader("cache-control", "no-cache");
      if (request.headers["if-none-match"] === etag) {
        response.writeHead(304).end();
        return;
      }
      response.writeHead(200, { "content-type": type, "content-length": body.length });
      response.end(body);
    },
  };
}
