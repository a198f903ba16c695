import { html, type Markup, trusted } from "./markup.ts";
import { styleSheet } from "./style.ts";

export { html, type Markup } from "./markup.ts";

/** A page of the lab's: one file, no script, nothing from the network, light and dark. */
export function htmlPage({
  title,
  header,
  main,
}: {
  readonly title: string;
  readonly header: Markup;
  readonly main: readonly (Markup | undefined)[];
}): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="grpc-lb-lab">
<title>${title} · gRPC load balancing</title>
<style>${trusted(styleSheet())}</style>
</head>
<body>
${header}
<main>
${main}
</main>
</body>
</html>
`;
  return page.toString();
}
