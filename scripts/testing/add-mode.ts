import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addedMode } from "./added-mode.ts";

/** The mode whose objects in a cluster the added one has, too: a proxy between, with an overlay and objects of its own. */
const LIKE = "envoy";
const CHART = "deploy/helm/grpc-lb-lab";

/** What a new mode's author writes by hand, in a checkout: everything but what `make overlays-doc generate` writes. */
export function addMode(checkout: string, name: string): void {
  const identifier = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const edit = (path: string, change: (text: string) => string) => {
    const file = join(checkout, path);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  };
  const copy = (path: string, change: (text: string) => string) => {
    cpSync(join(checkout, path.replaceAll(name, LIKE)), join(checkout, path));
    edit(path, change);
  };
  const renamed = (text: string) => text.replaceAll(`mode: ${LIKE}`, `mode: ${name}`).replace(`# ${LIKE}`, `# ${name}`);

  const folder = join(checkout, "libs/modes/src", name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(addedMode(name, identifier))) writeFileSync(join(folder, file), text);
  edit("libs/modes/src/modes.ts", (text) =>
    text
      .replace(/^import \{ headless \}/m, `import { ${identifier} } from "./${name}/index.ts";\n$&`)
      .replace(/^\];$/m, `  ${identifier},\n];`),
  );
  const overlay = `deploy/kustomize/overlays/${name}`;
  copy(`${overlay}/kustomization.yaml`, (text) => renamed(text).replace(`lab-${LIKE}`, `lab-${name}`));
  copy(`${overlay}/README.md`, renamed);
  copy(`${CHART}/values-${name}.yaml`, renamed);
  copy(`${CHART}/templates/modes/${name}.yaml`, (text) =>
    text.replace(`lab.mode.${LIKE}`, `lab.mode.${name}`).replace(`mode "${LIKE}"`, `mode "${name}"`),
  );
}
