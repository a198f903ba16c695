import type { Manifest } from "../manifest.ts";
import type { Attributed } from "./attribute.ts";
import { describeObject, inOrder } from "./describe-object.ts";
import { code, list, table } from "./markdown.ts";
import { objectsOf, rowsOf } from "./rows.ts";

/** What the page says of a mode by itself, as modes have it. */
export interface ModeFacts {
  readonly name: string;
  readonly balancer: string;
  readonly source: string;
  readonly target: string;
  readonly policy: string;
  readonly installed: readonly string[];
  readonly claims: readonly { readonly says: string; readonly experiment: string; readonly expectation: string }[];
}

/** A mode and its overlay. */
export interface Overlay {
  readonly mode: ModeFacts;
  /** The components that it selects. */
  readonly selected: readonly string[];
  /** What differs from the first overlay; of the first: from the base. */
  readonly attributed: readonly Attributed[];
}

/** What the page is made of. */
export interface Overlays {
  /** The one that the others are compared with, and what it deploys. */
  readonly first: Overlay & { readonly manifests: readonly Manifest[] };
  readonly others: readonly Overlay[];
  /** Why there is a component, by its name. */
  readonly reasons: ReadonlyMap<string, string>;
}

const KUSTOMIZE = "../deploy/kustomize";

/** The page of the overlays: what each makes different, why, and what is measured of it. */
export function overlaysPage({ first, others, reasons }: Overlays): string {
  const [all, name] = [[first, ...others], code(first.mode.name)];
  const deploys = ["What it deploys:", list(deployed(first.manifests))];
  const parts = [
    intro(name),
    overview(all),
    ...sectionOf(first, [...deploys, differences(first, "the base", reasons)]),
    ...others.flatMap((overlay) => sectionOf(overlay, [differences(overlay, name, reasons)])),
    links(all),
  ];
  return `${parts.join("\n\n")}\n`;
}

function intro(first: string): string {
  return `# What each mode changes

\`make overlays-doc\` writes this page from the rendered overlays, and a test compares the two. Do not edit it: change an overlay, or
the README of a component.

A mode is an overlay: the [base](${KUSTOMIZE}/base) and a few components, each of which is one idea. ${first} balances nothing, so the others are
compared with it. A table shows every difference, the component that makes it, and the purpose of that component.

- \`field\`: \`a\` → \`b\` means that the field is \`a\` under ${first} and \`b\` here. \`pod\` stands for the pod template of a Deployment, \`app\` for the
  application's container in it, and \`env[NAME]\` for the entry of that name. Long values are named, not shown.
- Objects that differ in the same way share a row. An object that several components change has a row for each.
- The tables leave out the mode's own name (in the namespace \`lab-…\` and the label \`grpc-lb-lab/mode\`) and the hash in the names of generated
  ConfigMaps.

The claims of the mode follow the table. \`make verify-<mode>\` measures them: \`share\` / \`even-share\` is the expectation \`even-share\` of the
experiment \`share\`, and [experiments.md](experiments.md) has its bound. \`make diff-plain-headless\` shows all fields of two modes side by side.`;
}

function overview(all: readonly Overlay[]): string {
  return table(
    ["mode", "who balances", "learns of pods from", "components"],
    all.map(({ mode: { name, balancer, source }, selected }) => [
      `[${name}](#${name})`,
      balancer,
      source,
      selected.map(linked).join(", "),
    ]),
  );
}

function sectionOf({ mode }: Overlay, body: readonly string[]): string[] {
  const { name, balancer, source, target, policy } = mode;
  return [
    `## ${name}`,
    `Balanced by ${balancer}. It learns of pods from ${source}. Clients call ${code(target)} (policy: ${policy}). See the [overlay](${KUSTOMIZE}/overlays/${name}).`,
    ...body,
    "What the runs show:",
    list(mode.claims.map(({ says, ...of }) => `${says} (${code(of.experiment)} / ${code(of.expectation)})`)),
    seen(mode),
  ].map((part) => part.replaceAll("lab-<mode>", `lab-${name}`));
}

function seen({ name, installed }: ModeFacts): string {
  const first = installed.map((one) => `make ${one}`);
  return ["To see it:", "", ...first.map(codeBlock), codeBlock(`make deploy-${name} verify-${name}`)].join("\n");
}

function codeBlock(line: string): string {
  return `    ${line}`;
}

/** Objects of a kind of which the same is to be said share a line. */
function deployed(manifests: readonly Manifest[]): string[] {
  const said = Map.groupBy(manifests.toSorted(inOrder), (manifest) => `${manifest.kind} ${describeObject(manifest)}`);
  return [...said.values()].map((alike) => {
    const [what] = alike.map(describeObject);
    return what === undefined ? objectsOf(alike) : `${objectsOf(alike)}: ${what}`;
  });
}

function differences({ attributed }: Overlay, reference: string, reasons: Overlays["reasons"]): string {
  const rows = attributed.flatMap((one) => rowsFor(one, reasons));
  return table(["object", `what differs from ${reference}`, "by which component", "why"], rows);
}

function rowsFor({ component, isTaken, differences }: Attributed, reasons: Overlays["reasons"]): string[][] {
  const by = isTaken ? `without ${linked(component)}` : linked(component);
  return rowsOf(differences).map(({ objects, lines }, index) => [
    objects,
    lines.join("\n"),
    by,
    index === 0 ? (reasons.get(component) ?? "") : "as above",
  ]);
}

function linked(component: string): string {
  return `[${component}]`;
}

/** Where links by name lead to: rows stay short. */
function links(all: readonly Overlay[]): string {
  const named = all.flatMap(({ selected, attributed }) => [...selected, ...attributed.map((one) => one.component)]);
  return [...new Set(named)]
    .sort()
    .map((name) => `[${name}]: ${KUSTOMIZE}/components/${name}`)
    .join("\n");
}
