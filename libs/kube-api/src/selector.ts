import { StatusError } from "./status.ts";

/** Says whether the labels (or fields) of an object satisfy a selector. */
export type Selector = (values: Readonly<Record<string, string>>) => boolean;

/**
 * Parses an equality-based `labelSelector` or `fieldSelector`: `a=b,c!=d`; empty or missing selects everything.
 *
 * @param allowedKeys the fields that can be selected by; any key when left out.
 * @throws StatusError 400 for set-based requirements and for keys that are not allowed.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#equality-based-requirement
 */
export function parseSelector(text: string | null, allowedKeys?: readonly string[]): Selector {
  const requirements = (text ?? "").split(",").filter((part) => part.trim() !== "");
  const tests = requirements.map((part) => parseRequirement(part, allowedKeys));
  return (values) => tests.every((test) => test(values));
}

function parseRequirement(text: string, allowedKeys: readonly string[] | undefined): Selector {
  const match = /^\s*([^=!\s()]+)\s*(!=|==?)\s*([^=!\s()]*)\s*$/.exec(text);
  const [, key = "", operator, value] = match ?? [];
  if (match === null)
    throw new StatusError(400, `unable to parse requirement "${text}": this server knows "key=value" and "key!=value"`);
  if (allowedKeys !== undefined && !allowedKeys.includes(key))
    throw new StatusError(400, `field label not supported: ${key}; supported are ${allowedKeys.join(", ")}`);
  return (values) => (values[key] === value) === (operator !== "!=");
}
