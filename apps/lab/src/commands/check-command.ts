import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { wholeNumber } from "../options/numbers.ts";
import { print, printJson } from "../print.ts";

interface CheckFlags {
  readonly grpcPort?: readonly number[];
  readonly fix?: boolean;
  readonly json?: boolean;
}

const portNumber = wholeNumber(1, 65_535);

/** `lab check <path...>`: what goes wrong with gRPC on a cluster, seen in manifests. */
export function checkCommand({ env, exit }: CommandContext): Command {
  return new Command("check")
    .description("checks manifests for what goes wrong with gRPC on Kubernetes and Istio; needs no cluster")
    .argument("<path...>", "files, folders or kustomizations that are applied together; - is standard input")
    .option(
      "--grpc-port <port>",
      "a port that speaks gRPC, where neither a name, appProtocol nor a probe says so; may be repeated",
      (value: string, ports: readonly number[] = []) => [...ports, portNumber(value)],
    )
    .option("--fix", "also print YAML that mends a problem, where there is one way")
    .option("--json", "print the problems as JSON instead")
    .addHelpText(
      "after",
      "\nExamples:\n  lab check deploy/backend.yaml deploy/service.yaml\n  helm template my-release ./chart | lab check -" +
        "\n  kubectl get -n shop deploy,svc,dr,vs,pa -o yaml | lab check - --fix" +
        "\n\nExit codes: 0 nothing is wrong, 1 something is, 2 bad input.",
    )
    .action(async (paths: string[], { grpcPort = [], fix = false, json = false }: CheckFlags) => {
      const { checkManifests, readInputs } = await import("@grpc-lb-lab/manifests");
      const { readRecorded, RECORDED_FOLDER } = await import("@grpc-lb-lab/policies");
      const manifests = await readInputs(paths, process.stdin);
      const recorded = await readRecorded(RECORDED_FOLDER, "kubernetes");
      const problems = checkManifests(manifests, { grpcPorts: grpcPort, recorded });
      if (json) printJson(problems);
      else {
        const { renderCheck } = await import("../check/render-check.ts");
        const { terminalStyle } = await import("../terminal-style.ts");
        const style = terminalStyle(process.stdout, env);
        print(renderCheck(problems, { objects: manifests.length, fix, style }));
      }
      exit(problems.some(({ severity }) => severity === "problem") ? 1 : 0);
    });
}
