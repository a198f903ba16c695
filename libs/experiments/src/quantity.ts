/** A number with its noun, in the plural where English wants it: `1 pod`, `2 pods`, `0 calls`. Regular nouns only. */
export function quantity(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}

/** A time as a sentence has it: `87 ms`, from a second on `2.3 s`. */
export function duration(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `text` as a sentence begins with it. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A part of the calls as a sentence has it: `none of 400 calls`, `3 of 400 calls`. */
export function partOfCalls(part: number, all: number): string {
  return `${part === 0 ? "none" : part} of ${quantity(all, "call")}`;
}
