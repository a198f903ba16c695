/** How nginx is configured otherwise than the mode has it (`--variant`). */
export const VARIANTS = ["static", "static-zone"] as const;

/** What a variant is made of. */
export interface VariantTraits {
  /** Whether names are resolved again and again, or once, at nginx's start. */
  readonly resolves: boolean;
  /** Whether the state of the picks is shared by all workers. `resolve` needs that. */
  readonly zone: boolean;
}

/**
 * - undefined, the mode's own: resolves again and again.
 * - `static`: what most people run: `server NAME;`, which is resolved once, at nginx's start. Each worker goes round by itself.
 * - `static-zone`: the same with a zone, so that the workers go round together.
 */
export function variantTraits(variant: string | undefined): VariantTraits {
  return { resolves: variant === undefined, zone: variant !== "static" };
}
