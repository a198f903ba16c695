const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** @param {number} count */
export function formatCount(count) {
  return whole.format(count);
}

/** Calls per second: one digit after the point where there are few. @param {number} rate */
export function formatRate(rate) {
  return rate > 0 && rate < 10 ? rate.toFixed(1).replace(/\.0$/, "") : whole.format(rate);
}

/** A share from 0 to 1 as `25.0 %`. @param {number} share */
export function formatShare(share) {
  return `${(share * 100).toFixed(1)} %`;
}

/** Three digits, from `0.42` to `1,250`. @param {number | undefined} ms */
export function formatMs(ms) {
  if (ms === undefined) return "–";
  return ms < 9.995 ? ms.toFixed(2) : ms < 99.95 ? ms.toFixed(1) : whole.format(ms);
}

/** A percentile of answered calls, marked where others failed: they are not in it. @param {number | undefined} ms @param {number} failed */
export function formatPercentile(ms, failed) {
  return `${formatMs(ms)}${ms !== undefined && failed > 0 ? "*" : ""}`;
}

/** Jain's index as `0.98`; a dash without calls. @param {number} evenness */
export function formatEvenness(evenness) {
  return evenness === 0 ? "–" : evenness.toFixed(2);
}
