/** @typedef {{ readonly x: number, readonly y: number }} Point */

/**
 * The way from the frontend to a pod.
 * @typedef {object} Link
 * @property {(way: number) => Point} at the point at a part of the way, 0 to 1
 * @property {readonly Point[]} points to draw it through
 * @property {number} width in px
 */

/** How many pieces a curve is drawn in. */
const STEPS = 24;
/** A link's width in px, of a pod with no calls and of one with all. */
const THINNEST = 1;
const THICKEST = 14;
const THICKEST_BRANCH = 6;

/**
 * Measures where the links of a panel run, in the order of its pods: a curve where the frontend stands beside the pods, a trunk with
 * branches where it stands above them.
 * @param {HTMLElement} root
 * @param {HTMLCanvasElement} canvas
 * @param {readonly number[]} shares of the pods, from 0 to 1
 * @returns {readonly Link[]}
 */
export function measureLinks(root, canvas, shares) {
  const origin = canvas.getBoundingClientRect();
  const client = root.querySelector(".client")?.getBoundingClientRect();
  if (client === undefined) return [];
  const above = client.bottom <= (root.querySelector("table.pods")?.getBoundingClientRect().top ?? 0) + 1;
  const start = above
    ? { x: client.left + 14 - origin.left, y: client.bottom - origin.top }
    : { x: client.right - origin.left, y: (client.top + client.bottom) / 2 - origin.top };
  return [...root.querySelectorAll(".pod .node")].map((node, index) => {
    const box = node.getBoundingClientRect();
    const end = { x: box.left - origin.left, y: (box.top + box.bottom) / 2 - origin.top };
    const thickest = above ? THICKEST_BRANCH : THICKEST;
    const width = THINNEST + (thickest - THINNEST) * (shares[index] ?? 0);
    return { width, ...(above ? branch(start, end) : bow(start, end)) };
  });
}

/** @param {Point} start @param {Point} end */
function bow(start, end) {
  const middle = (start.x + end.x) / 2;
  const at = (/** @type {number} */ way) => cubic(start, { x: middle, y: start.y }, { x: middle, y: end.y }, end, way);
  return { at, points: Array.from({ length: STEPS + 1 }, (_, step) => at(step / STEPS)) };
}

/** Straight down, then round a corner. @param {Point} start @param {Point} end */
function branch(start, end) {
  const radius = Math.min(12, end.x - start.x, end.y - start.y);
  const turn = { x: start.x, y: end.y - radius };
  const corner = { x: start.x, y: end.y };
  const down = turn.y - start.y;
  const whole = down + radius + (end.x - start.x);
  const round = (/** @type {number} */ part) => cubic(turn, corner, corner, end, part);
  const at = (/** @type {number} */ way) =>
    way * whole < down ? { x: start.x, y: start.y + way * whole } : round((way * whole - down) / (whole - down));
  return { at, points: [start, ...Array.from({ length: STEPS + 1 }, (_, step) => round(step / STEPS))] };
}

/** A cubic Bézier curve. @param {Point} a @param {Point} b @param {Point} c @param {Point} d @param {number} t @returns {Point} */
function cubic(a, b, c, d, t) {
  const s = 1 - t;
  const mix = (/** @type {"x" | "y"} */ axis) =>
    s * s * s * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t * t * t * d[axis];
  return { x: mix("x"), y: mix("y") };
}
