import { InputError } from "@grpc-lb-lab/input-error";

/**
 * A page with another text between `<!-- begin NAME … -->` and `<!-- end NAME -->`.
 * @throws {InputError} when the page does not have each marker once, in this order.
 */
export function betweenMarkers(page: string, name: string, text: string): string {
  const parts = page.split(new RegExp(`(<!-- begin ${name}\\b.*-->|<!-- end ${name} -->)`));
  const [before, begin, , end, after] = parts;
  if (parts.length !== 5 || !begin?.startsWith("<!-- begin") || !end?.startsWith("<!-- end"))
    throw new InputError(`there must be one "<!-- begin ${name} -->" and, below it, one "<!-- end ${name} -->"`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}
