/** An HTTP status code and its part of the answers. */
interface WeightedCode {
  readonly code: number;
  readonly weight: number;
}

/**
 * Reads `?codes=code[:weight],…` and picks one: `500:1,200:3` gives 500 to a quarter of the requests. `random` is from 0 to 1 (1 excluded).
 * @throws {Error} that says what is wrong with the text, in the words of Istio's server.
 */
export function responseCode(codes: string, random: () => number): number {
  const weighted = codes.split(",").map(parseCode);
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) throw new Error(`invalid ${JSON.stringify(codes)} (the counts add up to 0)`);
  let left = random() * total;
  const picked = weighted.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (picked ?? weighted.findLast(({ weight }) => weight > 0))?.code ?? 200;
}

function parseCode(text: string): WeightedCode {
  const [code = "", weight = "1", ...more] = text.split(":");
  if (more.length > 0) throw new Error(`invalid ${JSON.stringify(text)} (want code or code:count)`);
  const parsed = { code: integer(code), weight: integer(weight) };
  if (parsed.code < 200 || parsed.code >= 600) throw new Error(`invalid HTTP response code ${parsed.code}`);
  if (parsed.weight < 0) throw new Error(`invalid count ${parsed.weight}`);
  return parsed;
}

function integer(text: string): number {
  if (!/^[+-]?\d{1,9}$/.test(text)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
