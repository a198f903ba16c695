import { expect, it } from "vitest";
import { runWalkthrough } from "./run-walkthrough.ts";
import { answeredBy, type Step, says } from "./walkthrough.ts";

async function run(...steps: Step[]): Promise<{ readonly wrong: string[]; readonly shown: string }> {
  let shown = "";
  const write = (text: string) => {
    shown += text;
  };
  const surroundings = { folder: "/", kubeconfig: "/nowhere/config", write, signal: new AbortController().signal };
  const wrong = await runWalkthrough({ page: "a page", namespace: "none", needs: [], steps }, surroundings);
  return { wrong, shown: shown.replaceAll("\u001b[1m", "").replaceAll("\u001b[22m", "") };
}

it("shows each command with its output, in the folder and with the kubeconfig that it was given", async () => {
  const { wrong, shown } = await run(
    { title: "Where", command: "pwd" },
    { title: "With what", command: "echo $KUBECONFIG", check: says("/nowhere/config") },
  );
  expect(wrong).toEqual([]);
  expect(shown).toBe("a page\n\n# Where\n$ pwd\n/\n\n# With what\n$ echo $KUBECONFIG\n/nowhere/config\n");
});

it("tells what differs, and goes on", async () => {
  const lines = "Hello from a,\nHello from b,\nHello from a,";
  const { wrong, shown } = await run(
    { title: "One answers", command: `printf '${lines}'`, check: answeredBy(1, /from (\w)/) },
    { title: "Both answer", command: `printf '${lines}'`, check: answeredBy(2, /from (\w)/) },
  );
  expect(wrong).toEqual(["One answers: 2 answer (a, b), not 1"]);
  expect(shown).toContain("# Both answer");
});

it("does not go on after a command without which the rest makes no sense", async () => {
  const { wrong, shown } = await run({ title: "Deploy", command: "false | cat" }, { title: "Look", command: "true" });
  expect(wrong).toEqual(["Deploy: exit code 1"]);
  expect(shown).not.toContain("Look");
});

it("takes a failure for what it is, where one must come", async () => {
  const step = { title: "Fails", command: "echo refused; exit 3", check: says("refused"), mayFail: true };
  expect((await run(step)).wrong).toEqual([]);
  expect((await run({ ...step, command: "echo refused" })).wrong).toEqual(["Fails: it succeeded"]);
});

it("tries again until the output is right, beside what goes on in the background", async () => {
  const file = `/tmp/lab-walkthrough-${process.pid}`;
  const { wrong } = await run(
    { title: "Later", command: `rm -f ${file}; sleep 1.5; echo here > ${file}; sleep 600`, background: true },
    { title: "Look", command: `cat ${file}; rm -f ${file}`, check: says("here"), withinMs: 20_000 },
  );
  expect(wrong).toEqual([]);
});
