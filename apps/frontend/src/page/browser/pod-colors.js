/** Colours that page.css names; more pods start again from the first. */
const COLORS = 8;

/** Gives each pod a colour that it keeps: the first free one, in the order in which pods are seen. */
export class PodColors {
  /** @type {Map<string, number>} */
  #colors = new Map();

  /** The number of a pod's colour. @param {string} name */
  of(name) {
    const known = this.#colors.get(name);
    if (known !== undefined) return known;
    const color = this.#colors.size % COLORS;
    this.#colors.set(name, color);
    return color;
  }
}
