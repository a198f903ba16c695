import { RECORDED_FOLDER } from "@grpc-lb-lab/policies";
import { type Command, Option } from "commander";

/** Where recorded outcomes are. */
export interface RecordedFlags {
  readonly recorded: string;
}

/** Adds `--recorded`: one's own cluster may come to other outcomes than the lab's. */
export function addRecordedOption(command: Command): Command {
  const option = new Option("--recorded <folder>", "folder of the outcomes to compare with, <stage>.json");
  return command.addOption(option.default(RECORDED_FOLDER, "the lab's own"));
}
