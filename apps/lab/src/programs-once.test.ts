import { isInputError, ProgramUnavailableError } from "@grpc-lb-lab/input-error";
import type { Program } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { ProgramsOnce } from "./programs-once.ts";

const never = new AbortController().signal;

it("each program is looked for once, in the environment and with progress told, and its version is known from then on", async () => {
  const told: string[] = [];
  const programs = new ProgramsOnce({ HOME: "/home/lab" }, (message) => told.push(message));
  const program = (name: string): Program => ({
    name,
    find: async ({ env, onProgress }) => {
      onProgress(`fetching ${name}`);
      return { path: `${env.HOME}/${name}`, version: "1.2" };
    },
  });
  expect(programs.version("nginx")).toBe(null);
  const found = await Promise.all(["nginx", "nginx", "haproxy"].map((name) => programs.find(program(name), never)));
  expect(found.map(({ path }) => path)).toEqual(["/home/lab/nginx", "/home/lab/nginx", "/home/lab/haproxy"]);
  expect(told).toEqual(["fetching nginx", "fetching haproxy"]);
  expect(programs.version("nginx")).toBe("1.2");
});

it("a program that cannot be had is refused each time as the first time, which is the caller's to mend", async () => {
  const programs = new ProgramsOnce({}, () => {});
  const find = () => Promise.reject(new ProgramUnavailableError("there is no nginx. Install nginx."));
  const refusals = [1, 2].map(() => programs.find({ name: "nginx", find }, never).catch((error: Error) => error));
  const [first, second] = await Promise.all(refusals);
  expect(second).toBe(first);
  expect(isInputError(first)).toBe(true);
  expect(programs.version("nginx")).toBe(null);
});
