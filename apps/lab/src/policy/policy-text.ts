import { type Policy, rulesText } from "@grpc-lb-lab/policies";
import { Pen, type TerminalOptions } from "@grpc-lb-lab/report";
import type { Dialect, Rules } from "@grpc-lb-lab/stage-api";

/** What the lines of a paragraph begin with but its first. */
const INDENT = "    ";

/** The list of policies: name, what is asked, and in which dialects that can be said. */
export function policiesText(policies: readonly Policy[], style: TerminalOptions): string {
  const pen = new Pen(style);
  const blocks = policies.map((policy) => {
    const { name, title, parameters, asks } = policy;
    const said = rulesOf(policy).map(({ dialect }) => dialect);
    return [
      pen.paint("bold", pen.wrap(`${name}: ${title}`, INDENT)),
      pen.wrap(`  asks: ${asks(parameters)}`, INDENT),
      pen.wrap(`  can be said in: ${said.join(", ")}`, INDENT),
    ].join("\n");
  });
  const more = pen.wrap(
    "lab policy <policy> shows what to paste; lab policy <policy> --mode <mode> tries it; lab truth tries all.",
  );
  return `${[...blocks, more].join("\n\n")}\n`;
}

/** One policy: its parameters and source, and its rules in each dialect, or in those of `dialects`, ready to paste. */
export function policyText(policy: Policy, style: TerminalOptions, dialects?: readonly Dialect[]): string {
  const pen = new Pen(style);
  const { name, title, parameters, source, asks } = policy;
  const rules = rulesOf(policy, dialects);
  const head = [
    `policy ${name}: ${title}`,
    `asks: ${asks(parameters)}`,
    `parameters: ${parametersText(parameters)}`,
    `source: ${source}`,
  ];
  const unsaid = rules.length === 0 ? [pen.wrap(`No such dialect can say it: ${dialects?.join(", ")}.`)] : [];
  const blocks = rules.map((one) => `${pen.paint("bold", pen.plain(`## ${one.dialect}`))}\n\n${rulesText(one)}`);
  return `${[head.map((line) => pen.wrap(line, INDENT)).join("\n"), ...unsaid, ...blocks].join("\n\n").trimEnd()}\n`;
}

/** The same for programs. */
export function policyDetails(policy: Policy, dialects?: readonly Dialect[]): object {
  const { name, title, parameters, source, asks } = policy;
  const rules = rulesOf(policy, dialects).map((one) => [one.dialect, { rules: one, text: rulesText(one) }]);
  return { policy: name, title, parameters, source, asks: asks(parameters), dialects: Object.fromEntries(rules) };
}

/** `percent=50`; `none`. */
export function parametersText(parameters: Policy["parameters"]): string {
  const texts = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return texts.join(" ") || "none";
}

function rulesOf({ dialects, parameters }: Policy, wanted?: readonly Dialect[]): Rules[] {
  const all: readonly Rules[] = Object.values(dialects(parameters));
  return all.filter(({ dialect }) => wanted === undefined || wanted.includes(dialect));
}
